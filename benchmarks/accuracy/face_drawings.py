"""Which photographs are refused as drawings, and which drawings pass for photographs?"""

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.drawn_faces import DRAWINGS, PHOTOGRAPHS
from benchmarks.face_samples import read_photographs, the_subject
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.face.aligner import align
from biometrics.face.detected import DetectedFace
from biometrics.face.drawing import is_drawn
from biometrics.face.extractor import FaceExtractor
from biometrics.face.parameters import FACE
from biometrics.image import ImageLimits, Pixels, decode_image, to_bgr
from core.errors import InputRejected

EYES_PX = 64.0
"""Larger faces are shrunk to this distance between the eyes, so that strokes are of one breadth."""
AROUND_PX = 110


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with a folder of photographs per person"
    )
    parser.add_argument("--most", type=int, default=200, help="photographs, one of each person")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Find each person's face once, change the picture in every way, and ask whether it is drawn."""
    first = {each.person: each.path for each in reversed(read_photographs(arguments.data))}
    paths = [first[subject] for subject in sorted(first)][: arguments.most]
    extractor = FaceExtractor.open()
    drawn: dict[str, list[bool]] = {name: [] for name in (*PHOTOGRAPHS, *DRAWINGS)}
    for path in progress.track(paths, len(paths), "drawing"):
        try:
            image = decode_image(path.read_bytes(), ImageLimits())
            faces = extractor.find(image)
        except InputRejected:
            continue
        if not faces:
            continue
        face = the_subject(faces, image)
        pixels, landmarks = cut_out(to_bgr(image.pixels), face)
        for name, change in (PHOTOGRAPHS | DRAWINGS).items():
            aligned = align(change(pixels), landmarks, FACE.alignment)
            drawn[name].append(is_drawn(aligned, FACE.alignment, FACE.drawing))
    shares = {name: round(float(np.mean(told)), 4) for name, told in drawn.items()}
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "protocol": (
            "the first photograph of each person, eyes at most 64 px apart, changed by image processing"
            " (benchmarks/drawn_faces.py) and aligned by the points found in the photograph; shares taken for"
            " a drawing: of photographs it should be none, of drawings all"
        ),
        "models_used": ["yunet", "sface"],
        "counts": {"photographs": len(drawn["as_it_is"])},
        "metrics": {
            "photographs_refused": {name: shares[name] for name in PHOTOGRAPHS},
            "drawings_noticed": {name: shares[name] for name in DRAWINGS},
        },
    }


def cut_out(pixels: Pixels, face: DetectedFace) -> tuple[Pixels, np.ndarray]:
    """Return the face with what is around it, and where its points are there."""
    scale = min(1.0, EYES_PX / face.eye_distance_px)
    if scale < 1.0:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    points = face.landmarks * scale
    corner = np.maximum(points.min(axis=0) - AROUND_PX, 0).astype(int)
    end = (points.max(axis=0) + AROUND_PX).astype(int)
    cut = np.ascontiguousarray(pixels[corner[1] : end[1], corner[0] : end[0]])
    return cut, (points - corner).astype(np.float32)
