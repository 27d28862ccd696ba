"""What does a gallery on a cluster cost a search, and does a machine killed under load lose one?"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

import datasets.synthetic
from benchmarks.invented_gallery import Invented, invent
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.recorded_faces import record_faces
from biometrics.quality import Quality
from biometrics.template import Modality, Template
from cluster.gallery import ClusterGallery
from core.errors import NishanError
from matcher.candidates import SearchResult
from matcher.gallery import Gallery
from matcher.searching import Searchable
from nishan.embedded.postgres import EmbeddedPostgres
from nishan.local_cluster import LocalCluster
from records.database import Database, migrate
from records.gallery_follower import GalleryFollower

CANDIDATES, WARM_UP, MACHINES = 20, 5, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, default=100_000, help="faces in the gallery")
    parser.add_argument("--searches", type=int, default=200, help="searches timed for each number of shards")
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 2, 4], help="numbers of shards")
    parser.add_argument("--under-load-s", type=float, default=40, help="seconds of searching around a loss")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill a database, search it in this process and on clusters of different numbers of shards."""
    producer = _calibrated_producer()
    invented = invent(arguments.size, arguments.searches)
    probes = [_probe(vector, producer) for vector in invented.mated]
    spread = Path(datasets.synthetic.__file__).parent
    with tempfile.TemporaryDirectory(prefix="nishan-cluster-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", Path(folder) / "postgres.log")
        server.start()
        try:
            url = server.url_of("postgres")
            migrate(url)
            progress.say(f"recording {arguments.size:,} faces")
            record_faces(url, invented, producer)
            metrics = {"in_process": _in_process(url, invented, probes)}
            for shards in arguments.shards:
                progress.say(f"{shards} shards")
                place = Path(folder) / f"cluster-{shards}"
                last = shards == max(arguments.shards)
                metrics[f"shards_{shards}"] = _on_cluster(
                    place, url, shards, invented, probes, arguments.under_load_s if last else 0.0
                )
        finally:
            server.stop()
    return {
        "data": describe_files("spread of real templates", spread, [spread / "face_spread.npz"]),
        "protocol": (
            f"{arguments.size} invented templates, one a person; probes of enrolled people, {CANDIDATES} "
            f"candidates, one search at a time; {MACHINES} machines played by loopback addresses of one, two "
            "replicas of each shard; through gateway and shards, and beside it in one process. With the "
            "largest number of shards all processes of one machine are killed while searches go on"
        ),
        "counts": {"subjects": arguments.size, "searches": len(probes) - WARM_UP},
        "metrics": metrics,
    }


def _in_process(url: str, invented: Invented, probes: Sequence[Template]) -> dict[str, Any]:
    database, gallery = Database(url), Gallery()
    follower = GalleryFollower(database, gallery)
    started = time.perf_counter()
    follower.start()
    loaded = time.perf_counter() - started
    try:
        return {"start_s": round(loaded, 2), **_searched(gallery, invented, probes)}
    finally:
        follower.stop()
        database.dispose()


def _on_cluster(
    place: Path, url: str, shards: int, invented: Invented, probes: Sequence[Template], under_load_s: float
) -> dict[str, Any]:
    _forget_placement(url)
    cluster = LocalCluster(place, url, MACHINES, shards)
    started = time.perf_counter()
    try:
        cluster.start(patience_s=600)
        metrics: dict[str, Any] = {"start_s": round(time.perf_counter() - started, 2)}
        gallery = ClusterGallery(cluster.calls)
        metrics |= _searched(gallery, invented, probes)
        if under_load_s:
            metrics["machine_killed"] = _machine_killed(cluster, gallery, probes, under_load_s)
        return metrics
    finally:
        cluster.stop()


def _searched(gallery: Searchable, invented: Invented, probes: Sequence[Template]) -> dict[str, Any]:
    times, found = [], 0
    for place, (probe, mate) in enumerate(zip(probes, invented.mates.tolist(), strict=True)):
        started = time.perf_counter()
        answer = gallery.identify([probe], max_candidates=CANDIDATES)
        if place >= WARM_UP:
            times.append((time.perf_counter() - started) * 1e3)
            found += answer.candidates[0].subject.int == mate + 1
    return {"search_ms": _spread(times), "rank1": round(found / len(times), 4)}


def _machine_killed(
    cluster: LocalCluster, gallery: Searchable, probes: Sequence[Template], seconds: float
) -> dict[str, Any]:
    """Search without a pause, kill a machine after a fifth of the time, and count what was lost."""
    times: list[float] = []
    incomplete = failed = 0
    began, killed_at = time.monotonic(), 0.0
    back_after: float | None = None
    while time.monotonic() - began < seconds:
        if not killed_at and time.monotonic() - began > seconds / 5:
            cluster.lose("node-1")
            killed_at = time.monotonic()
        answer, taken = _timed(lambda: gallery.identify([probes[0]], max_candidates=CANDIDATES))
        times.append(taken)
        failed += answer is None
        incomplete += answer is not None and not answer.complete
        if killed_at and back_after is None and _replicas_ready(cluster):
            back_after = time.monotonic() - killed_at
    return {
        "searches": len(times),
        "failed": failed,
        "incomplete": incomplete,
        "worst_ms": round(max(times), 1),
        "search_ms": _spread(times),
        "replicas_back_after_s": None if back_after is None else round(back_after, 1),
    }


def _timed(search: Callable[[], SearchResult]) -> tuple[SearchResult | None, float]:
    started = time.perf_counter()
    try:
        answer: SearchResult | None = search()
    except NishanError:
        answer = None
    return answer, (time.perf_counter() - started) * 1e3


def _replicas_ready(cluster: LocalCluster) -> bool:
    status = cluster.status()
    return status is not None and (
        len({each.node for each in status.replicas}) == MACHINES - 1
        and sum(each.ready for each in status.replicas) == len(status.shards) * status.replicas_wanted
    )


def _forget_placement(url: str) -> None:
    """Let the next cluster divide the gallery as it wants."""
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM cluster_placements")


def _calibrated_producer() -> str:
    """Return a producer whose rates are known: a shard takes none from elsewhere."""
    file = Path(str(files("matcher.face"))) / "calibration.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["producer"])


def _probe(vector: NDArray[np.float32], producer: str) -> Template:
    return Template(Modality.FACE, producer, vector.astype("<f4").tobytes(), Quality(1.0))


def _spread(values: list[float]) -> dict[str, float]:
    return {f"p{share}": round(float(np.percentile(values, share)), 2) for share in (50, 95, 99)}
