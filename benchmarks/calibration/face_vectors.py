"""How do real face templates differ, and do invented ones drawn from that score as they do?"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.face_samples import embed_all, read_photographs
from benchmarks.face_spread_fit import compared, fit, invented_scores, real_scores
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from datasets.synthetic.face_vectors import FaceSpread

_EDGES = np.linspace(-0.5, 1.0, 76)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--out", type=Path, required=True, help="datasets/synthetic/face_spread.npz")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fit the spread to the photographs' templates, write it, and compare the scores."""
    photographs = read_photographs(arguments.data)
    paths = [each.path for each in photographs]
    embedded = embed_all(paths, arguments.embedder, progress, arguments.processes)
    people = np.array([each.person for each in photographs])[embedded.usable]
    vectors = embedded.vectors[embedded.usable]
    source = f"{len(vectors)} photographs of {len(set(people))} people in {arguments.data.name}"
    fit(vectors, people, f"{source}, {embedded.producer}").write(arguments.out)
    spread = FaceSpread.read(arguments.out)
    real, invented = real_scores(vectors, people), invented_scores(spread, seed=2)
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "protocol": "percentiles of the cosines of all pairs, beside those of 3,000 invented people",
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "people": len(set(people)),
            "photographs": len(vectors),
            "genuine": len(real[0]),
            "impostor": len(real[1]),
        },
        "metrics": {"quality_spread": spread.quality_spread, **compared(real, invented)},
        "curves": {
            "scores": {
                f"{kind}, {name}": _histogram(scores)
                for name, pair in (("real", real), ("synthetic", invented))
                for kind, scores in zip(("genuine", "impostor"), pair, strict=True)
            }
        },
    }


def _histogram(scores: Any) -> dict[str, list[float]]:
    counts, edges = np.histogram(scores, _EDGES)
    return {"edges": edges.round(3).tolist(), "share": (counts / len(scores)).tolist()}
