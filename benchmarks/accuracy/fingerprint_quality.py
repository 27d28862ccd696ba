"""Does fingerprint quality find the prints that would not match, and better than NFIQ 2?"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import metrics
from benchmarks.error_versus_reject import (
    SHARES,
    Floats,
    Genuine,
    Mask,
    Rows,
    area,
    best_order,
    curve,
    fnmr_after,
    kept_prints,
)
from benchmarks.finger_samples import PrintSet, read_prints
from benchmarks.print_degradations import KINDS
from benchmarks.progress import ProgressLike
from benchmarks.quality_fit import fit, predict
from benchmarks.quality_samples import Judged, judge_all
from benchmarks.record import describe_files
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.quality import log_shares
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import prepare

RATES = {"fmr1000": 1e-3, "fmr10000": 1e-4}
CLEAR_SCORE = 9.0
"""What quality predicts the chance of; 91 % of the comparisons of FVC2002's prints reach it."""

BINS = (0.0, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0)


@dataclass(frozen=True)
class Compared:
    """All comparisons inside the databases, but for prints of one image with each other."""

    first: Rows
    second: Rows
    score: Floats
    genuine: Mask

    def among(self, prints: Mask) -> "Compared":
        """Return the comparisons of which both prints are among the given."""
        both = prints[self.first] & prints[self.second]
        return Compared(self.first[both], self.second[both], self.score[both], self.genuine[both])

    def missed_at(self, threshold: float) -> Genuine:
        """Return the genuine comparisons, and which are missed."""
        own = self.genuine
        return Genuine(self.first[own], self.second[own], self.score[own] < threshold)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--seed", type=int, default=7, help="of the faults done to the prints")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Judge all prints, as they are and with faults; compare; reject the worst by each measure."""
    prints = read_prints(arguments.data)
    judged = judge_all(prints.paths, arguments.seed, progress, arguments.processes)
    compared = compare(prints, judged, progress)
    plain = np.array([not each.kind for each in judged])
    extracted = np.array([each.payload is not None for each in judged])
    both = extracted & np.array([each.nfiq2 is not None for each in judged])
    database = np.tile(prints.database, 2)
    unseen, weights = judge_unseen(judged, compared, plain, database, prints.names)
    measures = {
        "ours": np.array([each.value for each in judged]),
        "ours_unseen": unseen,
        "nfiq2": np.array([float(each.nfiq2 or 0) for each in judged]),
    }
    sets = {"as_taken": plain & extracted, "with_faults": extracted, "judged_by_both": both}
    results = {name: of_set(compared.among(members), measures) for name, members in sets.items()}
    alone = {
        name: of_set(compared.among(extracted & (database == number)), measures)[0]
        for number, name in enumerate(prints.names)
    }
    finger = np.tile(prints.finger, 2)
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "inside each database, all pairs of prints but those of one image; as_taken: prints as they"
            " are; with_faults: and each once more with one fault of benchmarks/print_degradations.py;"
            " judged_by_both: without prints that NFIQ 2 gives no value (elsewhere 0). Prints the extractor"
            " refuses take no part. Threshold at the stated FMR over all impostor pairs of the set, not"
            " moved by rejecting; ties in drawn order. ours: shipped weights, fitted on these databases;"
            " ours_unseen: each print by weights fitted without its database and without its kind of fault;"
            " oracle: by each print's own misses;"
            " area: mean FNMR over 0 to 30 % rejected"
        ),
        "models_used": ["leader"],
        "producer": judged[0].producer,
        "counts": {
            "prints_as_taken": int(plain.sum()),
            "prints_with_faults": int((~plain).sum()),
            "genuine": int(compared.genuine.sum()),
            "impostor": int((~compared.genuine).sum()),
            "refused_by_extractor": int((~extracted).sum()),
            "without_nfiq2_but_extracted": int((extracted & ~both).sum()),
        },
        "metrics": {name: result for name, (result, _) in results.items()} | {"databases": alone},
        "intervals": {
            f"with_faults.{rate}.nfiq2_minus_ours_unseen_after_10_percent": interval_of_gain(
                compared.among(extracted), measures, finger, fmr
            )
            for rate, fmr in RATES.items()
        },
        "weights": weights,
        "meaning": meaning(compared, measures["ours"], plain, extracted),
        "faults": by_fault(compared, judged, measures, plain, extracted),
        "curves": {"share_rejected": SHARES.tolist()} | {name: drawn for name, (_, drawn) in results.items()},
    }


def compare(prints: PrintSet, judged: list[Judged], progress: ProgressLike) -> Compared:
    """Score every pair inside each database."""
    ready = [None if each.payload is None else prepare(each.payload) for each in judged]
    pairs = list(_pairs(prints))
    scores = []
    for i, j in progress.track(pairs, len(pairs), "comparing"):
        a, b = ready[i], ready[j]
        scores.append(-np.inf if a is None or b is None else score_prepared(a, b))
    first, second = np.array(pairs, np.int64).T
    finger = np.tile(prints.finger, 2)
    return Compared(first, second, np.array(scores), finger[first] == finger[second])


def _pairs(prints: PrintSet) -> Iterator[tuple[int, int]]:
    count = len(prints.paths)
    database = np.tile(prints.database, 2)
    for number in range(len(prints.names)):
        rows = np.flatnonzero(database == number).tolist()
        yield from ((i, j) for i, j in combinations(rows, 2) if i % count != j % count)


def of_set(compared: Compared, measures: dict[str, Floats]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the metrics and the curves of one set of prints, by false-match rate and measure."""
    results: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for rate, fmr in RATES.items():
        threshold = metrics.threshold_at_fmr(compared.score[~compared.genuine], fmr)
        pairs = compared.missed_at(threshold)
        ordered = measures | {"oracle": best_order(pairs, len(measures["ours"]))}
        drawn = {name: curve(pairs, quality) for name, quality in ordered.items()}
        curves[rate] = drawn
        results[rate] = {
            "threshold": threshold,
            "highest_stranger": float(compared.score[~compared.genuine].max()),
            "fnmr": float(pairs.missed.mean()),
            "fnmr_after_rejecting_10_percent": {
                name: fnmr_after(pairs, quality, 0.1) for name, quality in ordered.items()
            },
            "area_under_curve": {name: area(values) for name, values in drawn.items()},
        }
    return results, curves


def judge_unseen(
    judged: list[Judged], compared: Compared, plain: Mask, database: Rows, names: list[str]
) -> tuple[Floats, dict[str, list[float]]]:
    """Return each print's quality by weights that saw neither its database nor its fault; and weights."""
    usable = np.array([each.measures is not None for each in judged])
    shares = np.array([_log_shares(each) for each in judged])
    taken, reached = against_plain(compared, plain, CLEAR_SCORE)
    kinds = np.array([each.kind for each in judged])

    def fitted(seen: Mask) -> Floats:
        return fit(shares[seen], taken[seen], reached[seen])

    quality = np.zeros(len(judged))
    weights = {"all": fitted(usable)}
    for number, name in enumerate(names):
        others = usable & (database != number)
        if not others.any():
            continue
        weights[f"without_{name}"] = fitted(others)
        for kind in ("", *KINDS):
            own = usable & (database == number) & (kinds == kind)
            quality[own] = predict(fitted(others & ((kinds != kind) | plain)), shares[own])
    return quality, {name: np.round(values, 3).tolist() for name, values in weights.items()}


def _log_shares(print_: Judged) -> Floats:
    return np.zeros(2) if print_.measures is None else log_shares(print_.measures, PARAMETERS.quality)


def against_plain(compared: Compared, plain: Mask, score: float) -> tuple[Floats, Floats]:
    """Return, per print, its comparisons with prints as taken of its finger and how many reach a score."""
    taken, reached = np.zeros(len(plain)), np.zeros(len(plain))
    for own, other in ((compared.first, compared.second), (compared.second, compared.first)):
        counted = compared.genuine & plain[other]
        np.add.at(taken, own[counted], 1)
        np.add.at(reached, own[counted], compared.score[counted] >= score)
    return taken, reached


def interval_of_gain(
    compared: Compared, measures: dict[str, Floats], finger: Rows, fmr: float
) -> list[float]:
    """Resample fingers; which prints are rejected, and the threshold, stay."""
    pairs = compared.missed_at(metrics.threshold_at_fmr(compared.score[~compared.genuine], fmr))
    owner = finger[pairs.first]
    chance_kept = {
        name: np.mean(
            [kept[pairs.first] & kept[pairs.second] for kept in kept_prints(pairs, measures[name], 0.1)], 0
        )
        for name in ("nfiq2", "ours_unseen")
    }

    def gain(drawn: Rows) -> float:
        missed = {
            name: float(np.average(pairs.missed, weights=weight * drawn[owner]))
            for name, weight in chance_kept.items()
        }
        return missed["nfiq2"] - missed["ours_unseen"]

    return list(metrics.interval(gain, int(finger.max()) + 1))


def meaning(compared: Compared, value: Floats, plain: Mask, extracted: Mask) -> list[dict[str, float]]:
    """What prints of each range of values did against prints as taken: is the value the chance it says?"""
    inside = compared.among(extracted)
    threshold = metrics.threshold_at_fmr(inside.score[~inside.genuine], RATES["fmr10000"])
    taken, clear = against_plain(inside, plain, CLEAR_SCORE)
    _, matched = against_plain(inside, plain, threshold)
    rows = []
    for low, high in pairwise(BINS):
        here = extracted & (value >= low) & (value < high) & (taken > 0)
        if here.any():
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "prints": int(here.sum()),
                    "mean_value": float(np.average(value[here], weights=taken[here])),
                    "reached_clear_score": float(clear[here].sum() / taken[here].sum()),
                    "missed_at_fmr10000": float(1 - matched[here].sum() / taken[here].sum()),
                }
            )
    return rows


def by_fault(
    compared: Compared, judged: list[Judged], measures: dict[str, Floats], plain: Mask, extracted: Mask
) -> dict[str, dict[str, Any]]:
    """Return how each fault was judged, and what it did."""
    inside = compared.among(extracted)
    threshold = metrics.threshold_at_fmr(inside.score[~inside.genuine], RATES["fmr10000"])
    taken, matched = against_plain(inside, plain, threshold)
    answer = {}
    for kind in ("", *KINDS):
        here = np.array([each.kind == kind for each in judged])
        left = here & extracted
        codes = [judged[row].reasons for row in np.flatnonzero(left)]
        answer[kind or "none"] = {
            "prints": int(here.sum()),
            "refused": int((here & ~extracted).sum()),
            "without_nfiq2": int(sum(judged[row].nfiq2 is None for row in np.flatnonzero(here))),
            "mean_ours": float(measures["ours"][left].mean()),
            "mean_nfiq2": float(measures["nfiq2"][left].mean()),
            "missed_at_fmr10000": float(1 - matched[left].sum() / taken[left].sum()),
            "reasons": {
                code: sum(code in each for each in codes)
                for code in sorted({c for each in codes for c in each})
            },
        }
    return answer
