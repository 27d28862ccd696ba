"""How well do minutiae of other systems compare, with each other and with ours? And what is a score worth?"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.accuracy.fingerprint_verification import error_rates
from benchmarks.finger_samples import PrintSet, extract_all, read_prints
from benchmarks.foreign_samples import (
    ForeignSamples,
    extract_with_mindtct,
    read_vendor,
    stretched_to_image,
    to_templates,
)
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.fingerprint.producer import FOREIGN, FingerprintProducer, own_form
from biometrics.template import Modality
from matcher.calibration import Calibration, calibration_for
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import Prepared, prepare

Scores = NDArray[np.float64]
Prints = list[Prepared | None]
Compared = tuple[Scores, NDArray[np.bool_], NDArray[np.int64]]
"""Scores; which are genuine; the finger of the first print of each."""

PAIRINGS = {"foreign_with_foreign": True, "foreign_with_ours": False}
FINEST_STEP = 0.02  # decades between points of the calibration
SHOWN_CURVE = "vendor_as_received.foreign_with_ours"
BEYOND = np.arange(0.25, 5.25, 0.25)  # scores above every table, where the extrapolations are compared too
PROTOCOL = (
    "inside each database, all pairs of different images: genuine of one finger, impostor of different"
    " fingers; foreign_with_ours: the foreign template of one image with ours of the other, both ways"
    " round; vendor_at_true_size: minutiae stretched from the stated to the true size of the image;"
    " calibration: strangers of one sensor, for all databases; at each score the highest rate over sources"
    " and pairings, and over our own calibration"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder of a vendor's <image name>.iso")
    parser.add_argument("--images", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--database", default="DB1_B", help="which database the vendor's files belong to")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--out", type=Path, help="where the calibration for foreign templates goes")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Compare each source with itself and with ours in each database; fit the calibration on strangers."""
    prints = read_prints(arguments.images)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    sources = read_sources(arguments, prints, progress)
    ours = _prepared(extracted.payloads)
    measured = Measured()
    for name, source in progress.track(sources.items(), len(sources), "comparing"):
        foreign = _prepared(source.payloads)
        for pairing, among in PAIRINGS.items():
            partners = None if among else ours
            measured.take(f"{name}.{pairing}", prints, foreign, partners)
    # Few strangers stand behind the foreign tail: it never promises more than our own does.
    own = calibration_for(Modality.FINGER, extracted.producer)
    calibration = worst_of([*(fitted(scores) for scores in measured.strangers.values()), own])
    if arguments.out:
        arguments.out.write_text(calibration.to_json(), encoding="utf-8")
    templates = sorted(arguments.data.glob("*.iso"))
    return {
        "data": describe_files(arguments.data.name, arguments.data, templates)
        | {"images": describe_files(arguments.images.name, arguments.images, prints.paths)},
        "protocol": PROTOCOL,
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {"images": len(prints.paths), "vendor_templates": len(templates)} | measured.counts(),
        "metrics": measured.rates | measured.highest() | {"measured_to": calibration.measured_to},
        "intervals": measured.intervals,
        "records": {name: _described(source) for name, source in sources.items()},
        "curves": {"det": measured.curves[SHOWN_CURVE]},
    }


def read_sources(
    arguments: argparse.Namespace, prints: PrintSet, progress: ProgressLike
) -> dict[str, ForeignSamples]:
    """Return the vendor's templates as they came, the same at the images' true size, and MINDTCT's."""
    place = prints.names.index(arguments.database)
    images = [path for path, where in zip(prints.paths, prints.database, strict=True) if where == place]
    received = read_vendor(arguments.data, images)
    true_size = {image: stretched_to_image(record, image) for image, record in received.items()}
    mindtct = extract_with_mindtct(prints.paths, arguments.dpi, progress)
    return {
        "vendor_as_received": to_templates(received, prints.paths, "vendor"),
        "vendor_at_true_size": to_templates(true_size, prints.paths, "vendor"),
        "mindtct": to_templates(mindtct, prints.paths, "mindtct"),
    }


@dataclass(frozen=True)
class Measured:
    """What was found, by source and pairing; rates by database below that."""

    rates: dict[str, Any] = field(default_factory=dict)
    intervals: dict[str, list[float]] = field(default_factory=dict)
    curves: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    strangers: dict[str, Scores] = field(default_factory=dict)

    def take(self, name: str, prints: PrintSet, foreign: Prints, ours: Prints | None) -> None:
        """Measure one source and pairing; ``ours`` is None among the foreign templates themselves."""
        there = {int(prints.database[row]) for row, print_ in enumerate(foreign) if print_ is not None}
        self.rates[name] = {}
        for number in sorted(there):
            compared = compare(prints, number, foreign, ours)
            self.rates[name][prints.names[number]] = error_rates(*_split(compared))
            self.intervals[f"{name}.{prints.names[number]}.eer"] = _interval(compared)
            self.curves.setdefault(name, _curve(compared))
        self.strangers[name] = compare_strangers(prints, foreign, ours)

    def counts(self) -> dict[str, int]:
        """Return how many pairs of strangers were compared."""
        return {f"strangers.{name}": len(scores) for name, scores in self.strangers.items()}

    def highest(self) -> dict[str, dict[str, float]]:
        """Return the highest score of strangers."""
        tops = {name: round(float(scores.max()), 3) for name, scores in self.strangers.items()}
        return {"highest_stranger": tops}


def compare(prints: PrintSet, number: int, foreign: Prints, ours: Prints | None) -> Compared:
    """Compare all pairs of different images of a database, among the foreign or with ours."""
    rows = np.flatnonzero(prints.database == number).tolist()
    pairs = (
        list(combinations(rows, 2)) if ours is None else [(i, j) for i, j in product(rows, rows) if i != j]
    )
    scores = _scores(pairs, foreign, foreign if ours is None else ours)
    first, second = prints.finger[np.array(pairs)].T
    return scores, first == second, first


def compare_strangers(prints: PrintSet, foreign: Prints, ours: Prints | None) -> Scores:
    """Return the scores of all pairs of different fingers of one database."""
    rows = [row for row, print_ in enumerate(foreign) if print_ is not None]
    others = rows if ours is None else [row for row, print_ in enumerate(ours) if print_ is not None]
    pairs = combinations(rows, 2) if ours is None else product(rows, others)
    strangers = [
        (i, j)
        for i, j in pairs
        if prints.database[i] == prints.database[j] and prints.finger[i] != prints.finger[j]
    ]
    return _scores(strangers, foreign, foreign if ours is None else ours)


def _scores(pairs: Sequence[tuple[int, int]], first: Prints, second: Prints) -> Scores:
    scores = np.full(len(pairs), -np.inf)
    for k, (i, j) in enumerate(pairs):
        a, b = first[i], second[j]
        if a is not None and b is not None:
            scores[k] = score_prepared(a, b)
    return scores


def fitted(scores: Scores) -> Calibration:
    """Measure the false-match rates of one source and pairing."""
    protocol = "foreign templates with each other and with ours, the highest rate over sources and our own"
    return Calibration.from_scores(str(FingerprintProducer(FOREIGN, own_form())), protocol, scores)


def worst_of(calibrations: Sequence[Calibration]) -> Calibration:
    """Return the highest rate that any of the calibrations gives a score; measured as far as the shortest."""
    grid = np.unique([score for calibration in calibrations for score, _ in calibration.points])
    grid = np.concatenate([grid, grid[-1] + BEYOND])
    rates = np.max([calibration.false_match_rates(grid) for calibration in calibrations], axis=0)
    points: list[tuple[float, float]] = []
    for score, log_rate in zip(grid.tolist(), np.log10(rates).tolist(), strict=True):
        if not points or log_rate < points[-1][1] - FINEST_STEP:
            points.append((score, log_rate))
    return Calibration(
        calibrations[0].producer,
        calibrations[0].protocol,
        sum(calibration.comparisons for calibration in calibrations),
        tuple(points),
        max(calibration.measured_to for calibration in calibrations),
    )


def _prepared(payloads: Sequence[bytes | None]) -> Prints:
    return [None if payload is None else prepare(payload) for payload in payloads]


def _split(compared: Compared) -> tuple[Scores, Scores]:
    scores, genuine, _ = compared
    return scores[genuine], scores[~genuine]


def _interval(compared: Compared) -> list[float]:
    """Resample fingers; the genuine pairs of a finger go with it."""
    scores, genuine, finger = compared
    _, owner = np.unique(finger[genuine], return_inverse=True)

    def statistic(drawn: NDArray[np.int64]) -> float:
        return metrics.eer(np.repeat(scores[genuine], drawn[owner]), scores[~genuine])

    return list(metrics.interval(statistic, int(owner.max()) + 1))


def _curve(compared: Compared) -> dict[str, list[float]]:
    thresholds, fmr, fnmr = metrics.det(*_split(compared))
    thinned = np.unique(np.linspace(0, len(thresholds) - 1, 200).astype(int))
    return {"fmr": fmr[thinned].tolist(), "fnmr": fnmr[thinned].tolist()}


def _described(source: ForeignSamples) -> dict[str, Any]:
    return {
        "templates": sum(payload is not None for payload in source.payloads),
        "defects": source.defects,
        "refused": source.refused,
    }
