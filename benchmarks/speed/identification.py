"""How much slower is a face search through the API than bare extraction plus the bare FAISS call?"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import faiss
import httpx
import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import read_photographs
from benchmarks.face_variants import OpenCVPath
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.service_searches import CANDIDATES, await_gallery, face_search, face_template, spread
from benchmarks.speed.filling import enrol_faces, random_faces
from biometrics.face.extractor import FaceExtractor
from biometrics.image import ImageLimits, decode_image
from core.settings import settings
from nishan.running_service import RunningService

WARM_UP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person; its photographs search")
    parser.add_argument("--subjects", type=int, default=10_000, help="size of the gallery")
    parser.add_argument("--searches", type=int, default=200, help="number of searches timed")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill a service, search it by turns through the API and bare, restart it and search again."""
    photographs = [each.path for each in read_photographs(arguments.data)][: arguments.searches + WARM_UP]
    extractor = FaceExtractor.open()
    dimension = len(face_template(extractor, photographs[0])) // 4
    faces = random_faces(arguments.subjects, dimension)
    with tempfile.TemporaryDirectory(prefix="nishan-speed-") as folder:
        service = RunningService.start(Path(folder), settings().models_dir.absolute())
        try:
            enrol_faces(service, faces, extractor.producer, progress)
            await_gallery(service, arguments.subjects)
            through_api, bare, opencv = _by_turns(service, extractor, faces, photographs, progress)
            service.stop()
            start = time.perf_counter()
            service.restart()
            _search(service.client("investigator"), photographs[0])
            second_start = time.perf_counter() - start
        finally:
            service.stop()
    return {
        "data": describe_files(arguments.data.name, arguments.data, photographs),
        "protocol": (
            f"{len(bare)} face searches by turns through HTTP (one client; probe stored, candidates linked, "
            "audit row committed), bare (decode, detect, align, embed, IndexFlatIP.search) over the same "
            f"{arguments.subjects} vectors, and bare with OpenCV's detector and embedder; "
            f"first {WARM_UP} not counted; then the service is stopped and "
            "started again and the time to its first answer taken"
        ),
        "models_used": ["yunet", "sface"],
        "producer": extractor.producer,
        "counts": {"subjects": arguments.subjects, "searches": len(bare)},
        "metrics": {
            "api_ms": spread(through_api),
            "bare_ms": spread(bare),
            "bare_opencv_ms": spread(opencv),
            "ratio_p50": float(np.median(through_api) / np.median(bare)),
            "ratio_p95": float(np.percentile(through_api, 95) / np.percentile(bare, 95)),
            "ratio_p95_opencv": float(np.percentile(through_api, 95) / np.percentile(opencv, 95)),
            "second_start_to_first_answer_s": round(second_start, 2),
        },
    }


def _by_turns(
    service: RunningService,
    extractor: FaceExtractor,
    faces: NDArray[np.float32],
    photographs: list[Path],
    progress: ProgressLike,
) -> tuple[list[float], list[float], list[float]]:
    cv2.setNumThreads(1)
    plain = OpenCVPath()
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(faces.shape[1])
    index.add(faces)
    through_api: list[float] = []
    bare: list[float] = []
    opencv: list[float] = []
    with service.client("investigator") as client:
        for photograph in progress.track(photographs, len(photographs), "searching"):
            start = time.perf_counter()
            _search(client, photograph)
            middle = time.perf_counter()
            vector = np.frombuffer(face_template(extractor, photograph), dtype="<f4")
            index.search(vector[None], CANDIDATES)
            through_api.append((middle - start) * 1000)
            bare.append((time.perf_counter() - middle) * 1000)
            start = time.perf_counter()
            found = plain.embed(decode_image(photograph.read_bytes(), ImageLimits()))
            index.search((vector if found is None else found)[None], CANDIDATES)
            opencv.append((time.perf_counter() - start) * 1000)
    return through_api[WARM_UP:], bare[WARM_UP:], opencv[WARM_UP:]


def _search(client: httpx.Client, photograph: Path) -> None:
    answer = client.post("/v1/searches", **face_search(photograph, "SPEED/2026"))
    answer.raise_for_status()
    if len(answer.json()["candidates"]) != CANDIDATES:
        raise AssertionError(f"expected {CANDIDATES} candidates, got {len(answer.json()['candidates'])}")
