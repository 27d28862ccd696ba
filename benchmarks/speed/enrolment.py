"""How many arrests per minute does the service take in, beside bare extraction of the same samples?"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.face_samples import read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import ImageLimits, decode_image
from biometrics.template import FingerPosition
from core.settings import settings
from datasets.synthetic.fingerprints import encode_png, finger
from nishan.running_service import RunningService

FINGERS: tuple[FingerPosition, ...] = tuple(FingerPosition(code) for code in range(1, 11))
FINISHED = {"complete", "awaiting_confirmation", "needs_recapture", "failed"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person; first photographs enrol")
    parser.add_argument(
        "--arrests", type=int, default=40, help="number of arrests, each a face and ten prints"
    )
    parser.add_argument("--workers", type=int, default=1, help="worker processes of the service")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Time the bare extraction of all samples, then the service from first upload to last completion."""
    photographs = _one_each(arguments.data)[: arguments.arrests]
    prints = [
        {position: encode_png(finger(9000 + number, position, 0)) for position in FINGERS}
        for number in progress.track(range(len(photographs)), len(photographs), "drawing prints")
    ]
    bare_s = _extract_all(photographs, prints, progress)
    with tempfile.TemporaryDirectory(prefix="nishan-speed-") as folder:
        service = RunningService.start(
            Path(folder), settings().models_dir.absolute(), worker_processes=arguments.workers
        )
        try:
            accept_ms, service_s, outcome = _enrol_all(service, photographs, prints, progress)
        finally:
            service.stop()
    samples = len(photographs) * (1 + len(FINGERS))
    return {
        "data": describe_files(arguments.data.name, arguments.data, photographs),
        "protocol": (
            f"{len(photographs)} arrests with one photograph and ten synthetic prints each, sent one after "
            f"the other over HTTP to a service with {arguments.workers} worker process(es); wall time from "
            "the first upload to the last completion (duplicates searched, records written); bare: the same "
            "samples decoded and extracted by one process without a service"
        ),
        "counts": {"arrests": len(photographs), "samples": samples, "outcome": outcome},
        "metrics": {
            "arrests_per_minute": round(60 * len(photographs) / service_s, 2),
            "samples_per_second": round(samples / service_s, 2),
            "bare_samples_per_second": round(samples / bare_s, 2),
            "ratio_to_bare": round(service_s / bare_s, 3),
            "accepted_ms": {
                f"p{share}": round(float(np.percentile(accept_ms, share)), 1) for share in (50, 95)
            },
        },
    }


def _one_each(directory: Path) -> list[Path]:
    first: dict[str, Path] = {}
    for each in read_photographs(directory):
        first.setdefault(each.person, each.path)
    return list(first.values())


def _extract_all(
    photographs: list[Path], prints: list[dict[FingerPosition, bytes]], progress: ProgressLike
) -> float:
    face, fingerprint = FaceExtractor.open(), FingerprintExtractor.open()
    limits = ImageLimits(max_bytes=settings().max_upload_bytes, max_pixels=settings().max_image_pixels)
    start = time.perf_counter()
    pairs = zip(photographs, prints, strict=True)
    for photograph, ten in progress.track(pairs, len(photographs), "bare extraction"):
        face.extract(decode_image(photograph.read_bytes(), limits), largest=True)
        for position, data in ten.items():
            fingerprint.extract(decode_image(data, limits), position=position)
    return time.perf_counter() - start


def _enrol_all(
    service: RunningService,
    photographs: list[Path],
    prints: list[dict[FingerPosition, bytes]],
    progress: ProgressLike,
) -> tuple[list[float], float, dict[str, int]]:
    accept_ms: list[float] = []
    waiting: list[str] = []
    outcome: dict[str, int] = {}
    start = time.perf_counter()
    with service.client("station") as client:
        pairs = zip(photographs, prints, strict=True)
        for photograph, ten in progress.track(pairs, len(photographs), "uploading"):
            files = {"face": (photograph.name, photograph.read_bytes(), "image/jpeg")}
            files |= {f"finger_{int(p)}": (f"{int(p)}.png", data, "image/png") for p, data in ten.items()}
            sent = time.perf_counter()
            record = json.dumps(_record(len(waiting)))
            answer = client.post("/v1/enrolments", data={"record": record}, files=files)
            answer.raise_for_status()
            accept_ms.append((time.perf_counter() - sent) * 1000)
            waiting.append(answer.json()["id"])
        for enrolment in progress.track(waiting, len(waiting), "completing"):
            while (status := client.get(f"/v1/enrolments/{enrolment}").json()["status"]) not in FINISHED:
                time.sleep(0.1)
            outcome[status] = outcome.get(status, 0) + 1
    return accept_ms, time.perf_counter() - start, outcome


def _record(number: int) -> dict[str, Any]:
    return {
        "reference": f"speed-{number:05d}",
        "face_index": 0,
        "person": {
            "names": [{"kind": "primary", "text": f"Invented Subject {number:05d}"}],
            "sex": "male",
            "training": True,
        },
        "encounter": {
            "kind": "training",
            "state_code": "29",
            "lawful_basis": "training",
            "occurred_at": "2026-03-01T10:00:00Z",
            "training": True,
        },
    }
