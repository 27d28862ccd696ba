"""Are two prints of one finger? 1:1 comparison on FVC-style databases, with both sets of impostors."""

import argparse
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.finger_fusion import cpu_ms, measured, scores_without, variants
from benchmarks.finger_samples import Extracted, PrintSet, extract_all, read_prints
from benchmarks.partial_prints import cut_all
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import Prepared, prepare

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]

RATES = {"fmr100": 1e-2, "fmr1000": 1e-3, "zero_fmr": 0.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Extract all prints, compare every pair inside each database."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    databases, pooled, spent, features, partial = {}, [], [], [], []
    parts = replace(extracted, payloads=cut_all(extracted.payloads))
    for number, name in enumerate(progress.track(prints.names, len(prints.names), "comparing")):
        scores, genuine, protocol = compare_database(prints, extracted, number)
        databases[name] = rates(scores, genuine, protocol)
        pooled.append((scores, genuine))
        ready = prepared(prints, extracted, number)
        features.append(measured(ready, ready))
        partial.append(measured(ready, prepared(prints, parts, number)))
        spent.append(cpu_ms(ready, genuine))
    truth = [genuine for _, genuine in pooled]
    scores, genuine = (np.concatenate(parts) for parts in zip(*pooled, strict=True))
    thresholds, fmr, fnmr = metrics.det(scores[genuine], scores[~genuine])
    thinned = np.unique(np.linspace(0, len(thresholds) - 1, 400).astype(int))
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "inside each database: genuine, all pairs of impressions of one finger; impostors, all pairs of"
            " impressions of different fingers (macro, databases) or first impressions only (fvc_protocol);"
            " macro: mean over the databases, each with its own threshold; pooled: one threshold for all;"
            " partial: whole prints with parts of others, discs of 95 px"
        ),
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {
            "databases": len(prints.names),
            "fingers": int(prints.finger.max()) + 1,
            "prints": len(prints.paths),
            "genuine": int(genuine.sum()),
            "impostor": int((~genuine).sum()),
        },
        "metrics": {
            "macro": mean_of([entry["all"] for entry in databases.values()]),
            "fvc_protocol": {"macro": mean_of([entry["fvc"] for entry in databases.values()])},
            "pooled": error_rates(scores[genuine], scores[~genuine]),
            "databases": {
                name: entry["all"] | {"fvc_protocol": entry["fvc"]} for name, entry in databases.items()
            },
            "variants": compare_variants(features, truth),
            "partial": compare_variants(partial, truth),
            "partial_weights_fitted_without_the_database": without_the_database(prints.names, partial, truth),
            "weights_fitted_without_the_database": without_the_database(prints.names, features, truth),
            "failures_to_extract": len(extracted.reasons),
            "comparison_cpu_ms": {
                kind: round(float(np.mean([s[kind] for s in spent])), 4) for kind in spent[0]
            },
        },
        "intervals": {"macro.eer": interval_of_macro_eer(prints, pooled)},
        "failures": {prints.paths[place].name: why for place, why in extracted.reasons.items()},
        "curves": {"det": {"fmr": fmr[thinned].tolist(), "fnmr": fnmr[thinned].tolist()}},
    }


def compare_database(prints: PrintSet, extracted: Extracted, number: int) -> tuple[Scores, Mask, Mask]:
    """Return the scores of all pairs of a database; which are genuine; which impostors are the protocol's."""
    rows = np.flatnonzero(prints.database == number)
    ready = prepared(prints, extracted, number)
    scores, genuine, protocol = [], [], []
    for i, j in combinations(range(len(rows)), 2):
        a, b = ready[i], ready[j]
        scores.append(-np.inf if a is None or b is None else score_prepared(a, b))
        genuine.append(prints.finger[rows[i]] == prints.finger[rows[j]])
        protocol.append(bool(prints.first[rows[i]] and prints.first[rows[j]]))
    return np.array(scores), np.array(genuine), np.array(protocol)


def prepared(prints: PrintSet, extracted: Extracted, number: int) -> list[Prepared | None]:
    """Return the prints of a database in the form that is compared, None for failures."""
    payloads = [extracted.payloads[row] for row in np.flatnonzero(prints.database == number)]
    return [None if payload is None else prepare(payload) for payload in payloads]


def compare_variants(features: list[Scores], truth: list[Mask]) -> dict[str, dict[str, float]]:
    """Return the mean error rates of the databases for each part of the evidence alone."""
    by_database = [variants(rows) for rows in features]
    return {
        name: mean_of(
            [
                error_rates(scores[name][genuine], scores[name][~genuine])
                for scores, genuine in zip(by_database, truth, strict=True)
            ]
        )
        for name in by_database[0]
    }


def without_the_database(
    names: list[str], features: list[Scores], truth: list[Mask]
) -> dict[str, dict[str, float]]:
    """Return each database's error rates by weights fitted on the others, and their mean."""
    if len(names) < 2:
        return {}
    found = {}
    for number, name in enumerate(names):
        scores, genuine = scores_without(number, features, truth), truth[number]
        found[name] = error_rates(scores[genuine], scores[~genuine])
    return found | {"macro": mean_of(list(found.values()))}


def rates(scores: Scores, genuine: Mask, protocol: Mask) -> dict[str, dict[str, float]]:
    """Return the error rates with all impostors and with the protocol's."""
    return {
        "all": error_rates(scores[genuine], scores[~genuine]),
        "fvc": error_rates(scores[genuine], scores[~genuine & protocol]),
    }


def error_rates(genuines: Scores, impostors: Scores) -> dict[str, float]:
    """Return EER and the FNMR at fixed false-match rates."""
    found = {"eer": metrics.eer(genuines, impostors)}
    return found | {name: metrics.fnmr_at_fmr(genuines, impostors, fmr).fnmr for name, fmr in RATES.items()}


def mean_of(entries: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each rate."""
    return {key: float(np.mean([entry[key] for entry in entries])) for key in entries[0]}


def interval_of_macro_eer(prints: PrintSet, compared: list[tuple[Scores, Mask]]) -> list[float]:
    """Resample each database's fingers; the genuine pairs of a finger go with it."""
    owners = []
    for number in range(len(prints.names)):
        rows = np.flatnonzero(prints.database == number)
        owners.append(np.array([prints.finger[rows[i]] for i, _ in combinations(range(len(rows)), 2)]))

    def macro(drawn: NDArray[np.int64]) -> float:
        values = []
        for owner, (scores, genuine) in zip(owners, compared, strict=True):
            repeated = np.repeat(scores[genuine], drawn[owner[genuine]])
            values.append(metrics.eer(repeated, scores[~genuine]) if len(repeated) else np.nan)
        return float(np.mean(values))

    return list(metrics.interval(macro, int(prints.finger.max()) + 1))
