"""How often is the right person first, and how often is a stranger proposed: 1:N search of faces."""

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics, search_curves
from benchmarks.face_samples import Embedded, LabelledPhotograph, embed_all, read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import FingerPosition
from matcher.face.index import FaceIndex

FARTHEST_RANK = 200
"""Ranks beyond are counted as not found."""


@dataclass(frozen=True)
class Searched:
    """For each probe: the mate's rank (0: not found), the mate's score, the best stranger's score."""

    ranks: NDArray[np.int64]
    mates: NDArray[np.float64]
    strangers: NDArray[np.float64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person, or MEDS mugshots")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Enrol the first photograph of each person, search all others."""
    photographs = read_photographs(arguments.data)
    gallery, probes = split(photographs)
    embedded = embed_all(
        [each.path for each in photographs], arguments.embedder, progress, arguments.processes
    )
    searched = search_all(photographs, embedded, gallery, probes, progress)
    point = metrics.fnir_at_fpir(searched.mates, searched.ranks, searched.strangers, 1e-2)
    people = np.unique([photographs[probe].person for probe in probes], return_inverse=True)[1]
    return {
        "data": describe_files(arguments.data.name, arguments.data, [each.path for each in photographs]),
        "protocol": (
            "gallery: first photograph of each person (MEDS: of the earliest encounter); probes: the others; "
            "false positives: each probe searched in the gallery without its own person; a mated probe "
            "counts as found when its mate is first and at or above the threshold"
        ),
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {"people": len(gallery), "photographs": len(photographs)},
        "metrics": {
            **{f"rank{k}": metrics.rank_k(searched.ranks, k) for k in (1, 5, 10)},
            "fnir_at_fpir_1e2": point.fnmr,
            "fpir_observed": point.fmr,
            "threshold_at_fpir_1e2": point.threshold,
            "gallery": len(gallery),
            "probes": len(probes),
            "failures_to_extract": len(embedded.reasons),
        },
        "intervals": _intervals(searched, people),
        "failures": Counter(embedded.reasons.values()),
        "curves": {
            "cmc": search_curves.cmc(searched.ranks, FARTHEST_RANK),
            "fnir_fpir": search_curves.open_set(searched.mates, searched.ranks, searched.strangers),
        },
    }


def split(photographs: list[LabelledPhotograph]) -> tuple[list[int], list[int]]:
    """Return the places of gallery and probes; other photographs of the gallery's encounter are neither."""
    first: dict[str, int] = {}
    probes = []
    for place, photograph in enumerate(photographs):
        enrolled = first.setdefault(photograph.person, place)
        if photograph.encounter > photographs[enrolled].encounter:
            probes.append(place)
    return list(first.values()), probes


def search_all(
    photographs: list[LabelledPhotograph],
    embedded: Embedded,
    gallery: list[int],
    probes: list[int],
    progress: ProgressLike,
) -> Searched:
    """Search every probe in the product's own index; what has no template is never found."""
    enrolled = [place for place in gallery if embedded.usable[place]]
    row_of = {photographs[place].person: row for row, place in enumerate(enrolled)}
    index = FaceIndex()
    index.add([_payload(embedded, place) for place in enrolled], [FingerPosition.UNKNOWN] * len(enrolled))
    ranks = np.zeros(len(probes), dtype=np.int64)
    mates, strangers = np.full(len(probes), -np.inf), np.full(len(probes), -np.inf)
    for number, probe in enumerate(progress.track(probes, len(probes), "searching")):
        if not embedded.usable[probe]:
            continue
        mate = row_of.get(photographs[probe].person, -1)
        rows, scores = index.search(
            _payload(embedded, probe), FingerPosition.UNKNOWN, None, min(FARTHEST_RANK, len(index))
        )
        others = rows != mate
        strangers[number] = scores[others].max(initial=-np.inf)
        if not others.all():
            ranks[number] = int(np.flatnonzero(~others)[0]) + 1
            mates[number] = scores[~others][0]
    return Searched(ranks, mates, strangers)


def _payload(embedded: Embedded, place: int) -> bytes:
    return bytes(embedded.vectors[place].astype("<f4").tobytes())


def _intervals(searched: Searched, people: NDArray[np.int64]) -> dict[str, list[float]]:
    def rank1(drawn: NDArray[np.int64]) -> float:
        weights = drawn[people]
        return float(weights[searched.ranks == 1].sum() / weights.sum()) if weights.sum() else np.nan

    def fnir(drawn: NDArray[np.int64]) -> float:
        chosen = np.repeat(np.arange(len(people)), drawn[people])
        if not len(chosen):
            return np.nan
        return metrics.fnir_at_fpir(
            searched.mates[chosen], searched.ranks[chosen], searched.strangers[chosen], 1e-2
        ).fnmr

    count = int(people.max()) + 1
    bounds = {"rank1": metrics.interval(rank1, count), "fnir_at_fpir_1e2": metrics.interval(fnir, count)}
    return {key: [round(low, 5), round(high, 5)] for key, (low, high) in bounds.items()}
