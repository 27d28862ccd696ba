"""By which codes is the best face of a full segment found soonest, and what do cells and graphs lose?"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.invented_gallery import Invented, invent
from benchmarks.progress import ProgressLike
from biometrics.template import FingerPosition
from matcher.face.index import FaceIndex
from matcher.face.library import faiss, one_thread, products_with

WANTED, DEEPEST, SHARE = 20, 8192, 0.999
PROBED = (8, 64, 256)
Rows = NDArray[np.int64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, default=1 << 16, help="rows of the segment")
    parser.add_argument("--searches", type=int, default=1000, help="probes of each kind")
    parser.add_argument("--graph", action="store_true", help="build an HNSW graph too (a minute)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Search one segment each way, and hold the answers against exact search."""
    one_thread()
    invented = invent(arguments.size, arguments.searches)
    vectors, dimension = invented.vectors, invented.vectors.shape[1]
    exact = faiss.IndexFlatIP(dimension)
    exact.add(vectors)
    truth = {kind: exact.search(probes, 1)[1][:, 0] for kind, probes in _kinds(invented).items()}
    ways: dict[str, Any] = {"exact": {"cpu_ms": _cost(invented, lambda query: exact.search(query, WANTED))}}
    for values in (2, 4):
        progress.say(f"{values} values a code")
        ways[f"{values}_values_a_code"] = _by_codes(invented, values, truth)
    progress.say("cells")
    cells = faiss.index_factory(dimension, "IVF1024,Flat", faiss.METRIC_INNER_PRODUCT)
    cells.train(vectors)
    cells.add(vectors)
    for probed in PROBED:
        cells.nprobe = probed
        ways[f"{probed}_of_1024_cells"] = _loses(invented, truth, lambda q: cells.search(q, WANTED)[1])
    if arguments.graph:
        progress.say("graph")
        graph = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        graph.add(vectors)
        graph.hnsw.efSearch = 64
        ways["graph_looking_at_64"] = _loses(invented, truth, lambda q: graph.search(q, WANTED)[1])
    ways["shipped"] = _shipped(invented, truth)
    return {
        "data": {"description": "invented templates (datasets/synthetic/face_vectors.py), one a person"},
        "protocol": (
            f"{arguments.searches} probes of enrolled people and as many of strangers; depth: how many rows "
            f"the codes must put first to have exact search's best row among them for {SHARE} of the probes; "
            f"cpu_ms: processor time of a search for {WANTED} rows, one at a time, one thread"
        ),
        "models_used": [],
        "counts": {"rows": arguments.size, "probes": {kind: len(rows) for kind, rows in truth.items()}},
        "metrics": ways,
    }


def _by_codes(invented: Invented, values: int, truth: dict[str, Rows]) -> dict[str, Any]:
    dimension = invented.vectors.shape[1]
    codes = faiss.index_factory(dimension, f"IVF1,PQ{dimension // values}x4fs", faiss.METRIC_INNER_PRODUCT)
    codes.train(invented.vectors[:20_000])
    codes.add(invented.vectors)
    depth = {
        kind: _depth(codes.search(probes, DEEPEST)[1], truth[kind])
        for kind, probes in _kinds(invented).items()
    }
    deep = max(depth.values())

    def searched(query: NDArray[np.float32]) -> Any:
        return products_with(query, invented.vectors, codes.search(query, deep)[1][0])

    return {
        "depth": depth,
        "scan_cpu_ms": _cost(invented, lambda query: codes.search(query, WANTED)),
        "cpu_ms_at_that_depth": _cost(invented, searched),
        "bytes_a_row": int(codes.code_size),
    }


def _shipped(invented: Invented, truth: dict[str, Rows]) -> dict[str, Any]:
    index = FaceIndex()
    payloads = [vector.tobytes() for vector in invented.vectors]
    index.add(payloads, [FingerPosition.UNKNOWN] * len(payloads))
    start = time.process_time()
    index.settle()
    sealing = time.process_time() - start

    def searched(query: NDArray[np.float32]) -> Rows:
        return index.search(query.tobytes(), FingerPosition.UNKNOWN, None, WANTED)[0][None]

    stated = {"stated_recall": index.recall(None), "sealing_cpu_s": round(sealing, 2)}
    return {**_loses(invented, truth, searched), **stated}


def _loses(
    invented: Invented, truth: dict[str, Rows], search: Callable[[NDArray[np.float32]], Rows]
) -> dict[str, Any]:
    """Return the share of best rows that a way does not find, by kind of probe, and its cost."""
    lost = {}
    for kind, probes in _kinds(invented).items():
        first = np.array([search(probe[None])[0, 0] for probe in probes])
        lost[kind] = round(float(np.mean(first != truth[kind])), 4)
    return {"best_row_lost": lost, "cpu_ms": _cost(invented, search)}


def _kinds(invented: Invented) -> dict[str, NDArray[np.float32]]:
    return {"enrolled": invented.mated, "strangers": invented.strangers}


def _depth(found: Rows, best: Rows) -> int:
    places = np.where((found == best[:, None]).any(axis=1), (found == best[:, None]).argmax(axis=1), DEEPEST)
    return int(np.ceil(np.quantile(places, SHARE, method="higher"))) + 1


def _cost(invented: Invented, search: Callable[[NDArray[np.float32]], Any], times: int = 100) -> float:
    start = time.process_time()
    for probe in invented.strangers[:times]:
        search(probe[None])
    return round((time.process_time() - start) / min(times, len(invented.strangers)) * 1e3, 3)
