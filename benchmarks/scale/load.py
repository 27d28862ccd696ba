"""Does the service hold under load: fifty investigators at once, a batch beside them, memory over time?"""

import argparse
import io
import json
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import httpx
import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import read_photographs
from benchmarks.investigators import Shift, Work, work
from benchmarks.process_memory import MemoryOverTime, memory_watched
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.service_searches import CANDIDATES, await_gallery, face_template, spread
from benchmarks.speed.filling import enrol_faces, random_faces
from biometrics.face.extractor import FaceExtractor
from core.settings import settings
from nishan.running_service import RunningService

_BARE_CALLS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person; its photographs search")
    parser.add_argument("--subjects", type=int, default=10_000, help="size of the gallery")
    parser.add_argument("--photographs", type=int, default=100, help="different probes; all are enrolled")
    parser.add_argument("--users", type=int, default=50, help="investigators at the same time")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long they work")
    parser.add_argument("--think-s", type=float, default=10.0, help="mean pause of each between two searches")
    parser.add_argument("--batch-probes", type=int, default=100, help="sent as a batch at half-time; 0: none")
    parser.add_argument("--api-processes", type=int, default=1)


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill a service, let the investigators work, and send a batch when half of the time is over."""
    paths = [each.path for each in read_photographs(arguments.data)][: arguments.photographs]
    extractor = FaceExtractor.open()
    own = np.stack([np.frombuffer(face_template(extractor, path), "<f4") for path in paths])
    faces = random_faces(arguments.subjects, own.shape[1])
    faces[: len(own)] = own
    bare = _bare(extractor, faces, paths)
    with tempfile.TemporaryDirectory(prefix="nishan-load-") as folder:
        service = RunningService.start(
            Path(folder),
            settings().models_dir.absolute(),
            token_minutes=1440,
            api_processes=arguments.api_processes,
        )
        try:
            enrol_faces(service, faces, extractor.producer, progress)
            await_gallery(service, arguments.subjects)
            progress.say(f"{arguments.users} investigators for {arguments.minutes:g} minutes")
            with memory_watched(service) as memory:
                done, batch = _shift(service, arguments, paths)
        finally:
            service.stop()
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "protocol": (
            f"{arguments.users} clients in one process (httpx) for {arguments.minutes:g} minutes on the "
            f"machine of the service: face search of an enrolled photograph among {arguments.subjects}, the "
            f"record of the best candidate, a pause of {arguments.think_s:g} s in the mean; 503 is obeyed "
            "after its Retry-After and counted; every answer is checked. At half-time a batch of "
            f"{arguments.batch_probes} probes is sent. Bare: decode, detect, align, embed, "
            "IndexFlatIP.search on the idle machine before"
        ),
        "models_used": ["yunet", "sface"],
        "producer": extractor.producer,
        "counts": {
            "subjects": arguments.subjects,
            "users": arguments.users,
            "minutes": arguments.minutes,
            "searches": len(done.searches),
            "api_processes": arguments.api_processes,
        },
        "metrics": _metrics(done, batch, bare, memory, arguments.minutes * 60),
        "curves": {
            "memory": {
                part: {"minutes": memory.minutes, "mb": values} for part, values in memory.parts.items()
            },
        },
    }


def _shift(
    service: RunningService, arguments: argparse.Namespace, paths: Sequence[Path]
) -> tuple[Work, dict[str, float]]:
    """Let the investigators work while somebody sends a batch; return what both saw."""
    seconds, batch = arguments.minutes * 60, {}
    started = time.monotonic()
    with service.client("investigator") as client:
        token = service.tokens["investigator"]
        sender = threading.Timer(
            seconds / 2, lambda: batch.update(_batch(client, paths, arguments.batch_probes, started))
        )
        if arguments.batch_probes:
            sender.start()
        shift = Shift(service.base_url, token, paths, arguments.users, seconds, arguments.think_s)
        done = work(shift)
        if arguments.batch_probes:
            sender.join()
    return done, batch


def _batch(client: httpx.Client, paths: Sequence[Path], probes: int, started: float) -> dict[str, float]:
    """Send a batch, wait for its end; return when it began and ended, seconds since ``started``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(probes):
            archive.write(paths[number % len(paths)], f"{number:05d}.jpg")
    body = json.dumps({"purpose": "training", "case_number": "LOAD/2026"})
    archive_file = ("batch.zip", packed.getvalue(), "application/zip")
    while (
        answer := client.post("/v1/batches", data={"batch": body}, files={"archive": archive_file})
    ).status_code == 503:
        time.sleep(float(answer.headers["Retry-After"]))
    answer.raise_for_status()
    begun = time.monotonic() - started
    while (state := client.get(answer.json()["href"]).json())["status"] in ("queued", "running"):
        time.sleep(1)
    ended = time.monotonic() - started
    return {"begun_s": begun, "ended_s": ended, "failed": float(state["items_failed"]), "probes": probes}


def _bare(extractor: FaceExtractor, faces: NDArray[np.float32], paths: Sequence[Path]) -> list[float]:
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(faces.shape[1])
    index.add(faces)
    taken = []
    for path in paths[:_BARE_CALLS]:
        start = time.perf_counter()
        vector = np.frombuffer(face_template(extractor, path), dtype="<f4")
        index.search(vector[None], CANDIDATES)
        taken.append((time.perf_counter() - start) * 1e3)
    return taken


def _metrics(
    done: Work, batch: dict[str, float], bare: list[float], memory: MemoryOverTime, seconds: float
) -> dict[str, Any]:
    answered = [took for _, took, _ in done.searches]
    metrics: dict[str, Any] = {
        "errors": sum(done.errors.values()),
        "errors_by_kind": dict(done.errors),
        "told_to_come_back": done.refused,
        "searches_per_second": round(len(answered) / seconds, 2),
        "search_ms": spread(answered),
        "search_with_waits_ms": spread([waited for _, _, waited in done.searches]),
        "record_ms": spread(done.records),
        "bare_ms": spread(bare),
        "ratio_p95": round(float(np.percentile(answered, 95) / np.percentile(bare, 95)), 2),
        "memory_mb": {
            part: {"first": values[0], "last": values[-1], "most": max(values)}
            for part, values in memory.parts.items()
        },
        "memory_growth_mb_per_hour": memory.growth(),
    }
    if batch:
        metrics["batch"] = _beside_the_batch(done, batch)
    return metrics


def _beside_the_batch(done: Work, batch: dict[str, float]) -> dict[str, Any]:
    """Compare searches answered while the batch ran with those before it."""
    during = [took for at, took, _ in done.searches if batch["begun_s"] <= at <= batch["ended_s"]]
    before = [took for at, took, _ in done.searches if at < batch["begun_s"]]
    told: dict[str, Any] = {
        "probes": int(batch["probes"]),
        "failed": int(batch["failed"]),
        "took_s": round(batch["ended_s"] - batch["begun_s"], 1),
        "searches_meanwhile": len(during),
    }
    if before and during:
        told |= {"search_ms_before": spread(before), "search_ms_meanwhile": spread(during)}
    return told
