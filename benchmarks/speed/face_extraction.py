"""How many photographs a core turns into templates in a second, beside OpenCV's own detector and embedder."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.face_samples import read_photographs, the_subject
from benchmarks.face_variants import OpenCVPath
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.face.extractor import FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image, encode_jpeg, to_bgr

SIDES = (250, 640, 1920)

Extract = Callable[[DecodedImage], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person")
    parser.add_argument("--photographs", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=7, help="the fastest of so many counts")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Time both by turns on the same photographs, so that both meet the same noise."""
    cv2.setNumThreads(1)
    found = [each.path for each in read_photographs(arguments.data)]
    paths = found[:: max(1, len(found) // arguments.photographs)][: arguments.photographs]
    ours, opencv = FaceExtractor.open(), OpenCVPath()
    ways: dict[str, Extract] = {
        "ours": lambda image: ours.extract_face(image, the_subject(ours.find(image), image)),
        "opencv": opencv.embed,
    }
    measured: dict[str, Any] = {}
    for side in SIDES:
        files = [encode_jpeg(_sized(path, side), 92) for path in paths]
        measured[f"side_{side}"] = _both(ways, files, arguments.rounds, progress, side)
    measured["peak_memory_mb"] = {way: _memory(way, arguments.data) for way in ways}
    return {
        "data": describe_files(f"{len(paths)} of {arguments.data.name}", arguments.data, paths),
        "protocol": (
            "processor time of one thread from JPEG bytes to template, at three sizes of the longer side; "
            "in every round all photographs through one, then all through the other, as a worker has them; "
            "per photograph the fastest of "
            f"{arguments.rounds} rounds; opencv: FaceDetectorYN at the photograph's size and "
            "FaceRecognizerSF, both at their defaults, behind the same decoder; memory: a process of each"
        ),
        "producer": ours.producer,
        "models_used": ["yunet", "sface"],
        "counts": {"photographs": len(paths)},
        "metrics": measured,
    }


def _sized(path: Path, side: int) -> np.ndarray:
    bgr = to_bgr(decode_image(path.read_bytes(), ImageLimits()).pixels)
    return np.asarray(cv2.resize(bgr, (side, side), interpolation=cv2.INTER_CUBIC))


def _both(
    ways: dict[str, Extract], files: list[bytes], rounds: int, progress: ProgressLike, side: int
) -> dict[str, float]:
    best: dict[str, list[float]] = {way: [np.inf] * len(files) for way in ways}
    decode = [np.inf] * len(files)
    for _ in progress.track(range(rounds), rounds, f"{side} px"):
        images = []
        for place, data in enumerate(files):
            start = time.process_time()
            images.append(decode_image(data, ImageLimits()))
            decode[place] = min(decode[place], time.process_time() - start)
        for way, extract in ways.items():
            for place, image in enumerate(images):
                start = time.process_time()
                extract(image)
                best[way][place] = min(best[way][place], time.process_time() - start)
    answer = {"decode_ms": round(1000 * float(np.mean(decode)), 2)}
    for way, times in best.items():
        whole = np.array(times) + np.array(decode)
        answer[f"{way}_ms_without_decoding"] = round(1000 * float(np.mean(times)), 2)
        answer[f"{way}_images_per_core_second"] = round(1 / float(np.mean(whole)), 2)
    answer["ratio"] = round(
        answer["ours_images_per_core_second"] / answer["opencv_images_per_core_second"], 3
    )
    return answer


def _memory(way: str, data: Path) -> int:
    """Return the peak memory in megabytes of a process that extracts one photograph of 1920 pixels."""
    words = [sys.executable, "-m", "benchmarks.speed.face_extraction", way, str(data)]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1])


def _alone(way: str, data: Path) -> int:
    cv2.setNumThreads(1)
    image = DecodedImage(_sized(read_photographs(data)[0].path, SIDES[-1]), None, "JPEG")
    if way == "opencv":
        OpenCVPath().embed(image)
    else:
        FaceExtractor.open().extract(image, largest=True)
    # getrusage would count the process that started this one too
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.stdout.write(f"{_alone(sys.argv[1], Path(sys.argv[2]))}\n")
