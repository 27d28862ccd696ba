"""Between which numbers do an embedder's layers stay on faces: what its quantised form is rounded by."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import LabelledPhotograph, read_photographs, the_subject
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.face.aligner import align
from biometrics.face.detector import FaceDetector
from biometrics.face.parameters import FACE
from biometrics.face.quantised.ranges import ActivationRanges
from biometrics.face.refinement import refine
from biometrics.image import ImageLimits, Pixels, decode_image, to_bgr
from models.face_graphs import with_slopes_out
from models.registry import ModelEntry, model
from models.session import open_session

TAKEN = 100
"""Photographs measured, evenly from all people."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person, or MEDS mugshots")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--out", type=Path, help="where it goes (biometrics/face/quantised/ranges/)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Run the network in floating point and keep the mean of the photographs' extremes."""
    found = read_photographs(arguments.data)
    found = found[:: max(1, len(found) // TAKEN)][:TAKEN]
    entry = model(arguments.embedder)
    session = open_session(entry, with_slopes_out)
    faces = progress.track(_aligned(found), len(found), "measuring")
    extremes = np.array([_extremes(session, entry, face) for face in faces])
    lowest, highest = extremes.mean(axis=0).round(3).T
    ranges = ActivationRanges(
        embedder=entry.producer,
        source=f"{len(extremes)} photographs in {arguments.data.name}, each also mirrored",
        lowest=tuple(float(value) for value in lowest),
        highest=tuple(float(value) for value in highest),
    )
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(ranges.to_json(), encoding="utf-8")
    return {
        "data": describe_files(arguments.data.name, arguments.data, [each.path for each in found]),
        "protocol": (
            "lowest and highest number that enters each convolution of single pixels and the fully connected "
            "end, the network in floating point; mean over photographs and their mirror images"
        ),
        "models_used": ["yunet", arguments.embedder],
        "counts": {"photographs": len(found), "faces": len(extremes)},
        "metrics": {
            "lowest": list(ranges.lowest),
            "highest": list(ranges.highest),
            "extreme_over_mean": round(
                float(np.median(np.abs(extremes).max(axis=0).max(axis=1) / highest)), 2
            ),
        },
    }


def _aligned(photographs: Sequence[LabelledPhotograph]) -> Iterator[Pixels]:
    """Return each photograph's face as the product aligns it."""
    detector = FaceDetector(model("yunet"), FACE.detection)
    for photograph in photographs:
        image = decode_image(photograph.path.read_bytes(), ImageLimits())
        faces = detector.find(image.pixels)
        if faces:
            bgr, face = to_bgr(image.pixels), the_subject(faces, image)
            face = refine(bgr, face, detector.look, FACE.alignment, FACE.refinement)
            yield align(bgr, face.landmarks, FACE.alignment)


def _extremes(session: Any, entry: ModelEntry, face: Pixels) -> NDArray[np.float64]:
    """Return the mean extremes of a face and its mirror image: a row for each measured place."""
    ordered = face[..., ::-1] if entry.input.colour == "rgb" else face
    found = []
    for seen in (ordered, ordered[:, ::-1]):
        values = (seen.astype(np.float32) - np.array(entry.input.mean, np.float32)) * entry.input.scale
        blob = np.ascontiguousarray(values.transpose(2, 0, 1)[None], dtype=np.float32)
        bent = session.run(None, {session.get_inputs()[0].name: blob})[1:]
        # by turns after a convolution by channel and after one of single pixels; the first is the picture's
        measured = [*bent[1::2], bent[-1]]
        found.append([(float(each.min()), float(each.max())) for each in measured])
    return np.asarray(np.mean(found, axis=0))
