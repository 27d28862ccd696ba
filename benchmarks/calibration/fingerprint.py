"""What is a fingerprint score worth: false-match rates from all pairs of different fingers of one sensor.

Strangers' prints of one sensor are more alike than those of two (FVC2002: the score that one pair in a
hundred reaches is 0.8 higher), and a station's prints come from few sensors, so that pairs across sensors
would make the stated rates too small. Some public sets share fingers (FVC2002 DB3_B 108 is FVC2004
DB3_B 102): give sets that share none, or their mates would be counted as false matches.
"""

import argparse
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_samples import Extracted, PrintSet, extract_all, read_prints
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from matcher.calibration import Calibration
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import prepare

CHECKED_RATES = (1e-2, 1e-3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--out", type=Path, help="where the calibration goes (matcher/fingerprint/...)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fit on all databases; check by fitting on all but one and observing that one."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    scores, databases = compare_strangers(prints, extracted, progress)
    protocol = (
        f"all pairs of prints of different fingers of one sensor, for each of the {len(prints.names)}"
        f" databases of {arguments.data.name} ({len(prints.paths)} prints)"
    )
    calibration = Calibration.from_scores(extracted.producer, protocol, scores)
    if arguments.out:
        arguments.out.write_text(calibration.to_json(), encoding="utf-8")
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": f"{protocol}; checked: fitted without a database, observed on that one",
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {"prints": len(prints.paths), "impostor": len(scores)},
        "metrics": {
            "observed_over_stated": check_by_database(scores, databases, prints.names),
            "measured_to": calibration.measured_to,
            "highest_impostor": float(scores.max()),
            "failures_to_extract": len(extracted.reasons),
        },
    }


def compare_strangers(
    prints: PrintSet, extracted: Extracted, progress: ProgressLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the scores of all pairs of different fingers of one database, and the database of each."""
    ready = [None if payload is None else prepare(payload) for payload in extracted.payloads]
    pairs = [
        (i, j)
        for i, j in combinations(range(len(ready)), 2)
        if prints.database[i] == prints.database[j]
        and prints.finger[i] != prints.finger[j]
        and ready[i] is not None
        and ready[j] is not None
    ]
    scores = np.empty(len(pairs))
    for k, (i, j) in enumerate(progress.track(pairs, len(pairs), "comparing")):
        a, b = ready[i], ready[j]
        assert a is not None
        assert b is not None
        scores[k] = score_prepared(a, b)
    return scores, prints.database[np.array([i for i, _ in pairs])]


def check_by_database(
    scores: NDArray[np.float64], databases: NDArray[np.int64], names: list[str]
) -> dict[str, dict[str, float]]:
    """Return, per database and stated rate, the observed rate over it; 1 is right, above is optimistic."""
    checks: dict[str, dict[str, float]] = {}
    for number, name in enumerate(names):
        touched = databases == number
        if touched.all():
            continue
        fitted = Calibration.from_scores("", "", scores[~touched])
        stated = fitted.false_match_rates(scores[touched])
        checks[name] = {
            f"{rate:g}": round(float(np.mean(stated <= rate)) / rate, 3) for rate in CHECKED_RATES
        }
    return checks
