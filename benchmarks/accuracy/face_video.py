"""What does fusing a face over a video's frames bring, and do the stated false-match rates hold for it?"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.face_samples import embed_all, read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.errors import SampleRejected
from biometrics.face.detected import DetectedFace
from biometrics.face.extractor import FaceExtraction, FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image, to_bgr
from biometrics.template import Modality, Template
from biometrics.video.extractor import VideoFaces, find_tracks
from biometrics.video.frames import VideoLimits
from biometrics.video.fused import embedding_of
from datasets.synthetic.videos import Scene, Walker, write_video
from matcher.calibration import calibration_for

Vectors = NDArray[np.float64]
RATES = (1e-2, 1e-3, 1e-4)
SCENE_PX = (480, 270)
HEIGHTS_PX = (160.0, 200.0)
"""Of a portrait of 250 px with about 40 px between the eyes: from 26 to 32 px between them in the video."""
BLURS_PX = ((4.0, 1.5), (4.0, 0.0), (2.5, 2.5), (1.0, 4.0))
"""At the first and the last moment: coming into focus, well or hardly; out of focus; going out of it."""
NOISE = 10.0


@dataclass(frozen=True)
class _Seen:
    """What one video gave; the vectors are NaN when nothing was found.

    Attributes:
        fused: The template of the longest track.
        plain_mean: What it were if each sighting counted by its quality, no more.
        best_sighting: The template of the best sighting alone.
    """

    fused: Vectors
    plain_mean: Vectors
    best_sighting: Vectors
    tracks: int
    sightings: int
    duration_ms: int
    elapsed_s: float


class _Recording(FaceExtractor):
    """An extractor that remembers its templates, to compare other ways of fusing them."""

    made: list[Template]

    def extract_face(
        self, image: DecodedImage, face: DetectedFace, faces_found: int = 1, *, drawn_too: bool = True
    ) -> FaceExtraction:
        extraction = super().extract_face(image, face, faces_found, drawn_too=drawn_too)
        self.made.append(extraction.template)
        return extraction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person")
    parser.add_argument("--videos", type=int, default=200, help="people of whom a video is made")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Measure: a video of each person's first photograph against the other photographs of everybody."""
    photographs = read_photographs(arguments.data)
    firsts = [each for each in photographs if each.encounter == 0]
    others = [each for each in photographs if each.encounter > 0]
    with_others = {each.person for each in others}
    chosen = [each for each in firsts if each.person in with_others][: arguments.videos]
    embedded = embed_all([each.path for each in others], arguments.embedder, progress, arguments.processes)
    extractor = _Recording.open(embedder=arguments.embedder)
    assert isinstance(extractor, _Recording)
    videos = _videos(extractor, [each.path for each in chosen])
    seen = list(progress.track(videos, len(chosen), "looking through videos"))
    same = np.array([[video.person == photo.person for photo in others] for video in chosen])
    usable = embedded.usable
    photo_vectors = embedded.vectors[usable].astype(np.float64)
    same = same[:, usable]
    kinds = {
        "fused": np.stack([each.fused for each in seen]),
        "plain_mean": np.stack([each.plain_mean for each in seen]),
        "best_sighting_alone": np.stack([each.best_sighting for each in seen]),
    }
    scores = {kind: _scores(vectors, photo_vectors) for kind, vectors in kinds.items()}
    measured: dict[str, Any] = {kind: _rates(values, same) for kind, values in scores.items()}
    measured["observed_over_stated"] = {
        kind: _observed_over_stated(values[~same], extractor.producer) for kind, values in scores.items()
    }
    measured["videos_with_one_track"] = float(np.mean([each.tracks == 1 for each in seen]))
    played_s, worked_s = sum(each.duration_ms for each in seen) / 1000, sum(each.elapsed_s for each in seen)
    measured["seconds_per_second_of_video"] = worked_s / max(played_s, 1e-9)
    measured["videos_without_a_track"] = float(np.mean([each.tracks == 0 for each in seen]))
    return {
        "data": describe_files(arguments.data.name, arguments.data, [each.path for each in chosen + others]),
        "protocol": (
            "a video of 3 s of the first photograph of each person (moving, growing from 160 to 200 px of "
            "height, blurred in one of four ways, grain, MPEG-4) against all other photographs of "
            "everybody; rates stated by the calibration of photographs"
        ),
        "producer": extractor.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "videos": len(chosen),
            "photographs": int(usable.sum()),
            "genuine": int(same.sum()),
            "impostor": int((~same).sum()),
            "sightings": int(sum(each.sightings for each in seen)),
        },
        "metrics": measured,
    }


def _videos(extractor: _Recording, paths: Sequence[Path]) -> Iterator[_Seen]:
    with tempfile.TemporaryDirectory() as place:
        for number, path in enumerate(paths):
            picture = to_bgr(decode_image(path.read_bytes(), ImageLimits()).pixels)
            way = ((0.3, 0.45), (0.7, 0.55)) if number % 2 else ((0.7, 0.55), (0.3, 0.45))
            walker = Walker(picture, way, HEIGHTS_PX, BLURS_PX[number % len(BLURS_PX)])
            scene = Scene([walker], size=SCENE_PX, noise=NOISE)
            yield _look_through(extractor, write_video(scene, Path(place) / "video.mp4", number))


def _look_through(extractor: _Recording, video: Path) -> _Seen:
    nothing = np.full(128, np.nan)
    extractor.made = []
    started = time.perf_counter()
    try:
        with video.open("rb") as file:
            found: VideoFaces = find_tracks(extractor, file, VideoLimits())
    except SampleRejected:
        return _Seen(nothing, nothing, nothing, 0, 0, 0, 0.0)
    elapsed_s = time.perf_counter() - started
    longest = max(found.tracks, key=lambda track: track.sightings)
    return _Seen(
        embedding_of(longest.template),
        _plain_mean(extractor.made),
        embedding_of(max(extractor.made, key=lambda template: template.quality.value)),
        len(found.tracks),
        longest.sightings,
        found.duration_ms,
        elapsed_s,
    )


def _plain_mean(templates: Sequence[Template]) -> Vectors:
    total = sum(max(each.quality.value, 0.01) * embedding_of(each) for each in templates)
    return np.asarray(total / np.linalg.norm(total))


def _scores(vectors: Vectors, photographs: Vectors) -> Vectors:
    scores = np.nan_to_num(vectors) @ photographs.T
    scores[np.isnan(vectors[:, 0])] = -np.inf
    return np.asarray(scores)


def _rates(scores: Vectors, same: NDArray[np.bool_]) -> dict[str, float]:
    points = {rate: metrics.fnmr_at_fmr(scores[same], scores[~same], rate) for rate in RATES}
    return {f"fnmr_at_fmr_1e{round(-np.log10(rate))}": point.fnmr for rate, point in points.items()}


def _observed_over_stated(impostors: Vectors, producer: str) -> dict[str, float]:
    stated = calibration_for(Modality.FACE, producer).false_match_rates(impostors.astype(np.float64))
    return {f"1e{round(-np.log10(rate))}": float(np.mean(stated <= rate) / rate) for rate in RATES}
