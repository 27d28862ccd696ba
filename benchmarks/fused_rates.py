"""Holds fused false-match rates against how often strangers reach them, and says what poor prints cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_samples import PrintSet
from benchmarks.progress import ProgressLike
from biometrics.template import FingerPosition
from matcher.calibration import Calibration
from matcher.fingerprint.index import FingerprintIndex
from matcher.fusion import fisher, together

Floats = NDArray[np.float64]
Fuse = Callable[[Sequence[float], Sequence[float]], float]

FINGERS = (1, 2, 4, 10)
STATED = (1e-1, 1e-2, 1e-3, 1e-4)
MISSED_AT = (1e-4, 1e-5, 1e-6, 1e-8)
DRAWN = 5_000
"""Persons drawn per database and number of fingers: with 50 expected at 1 in 100."""


@dataclass(frozen=True)
class Scores:
    """Every probe print with every reference print.

    Attributes:
        values: ``(probes, references)``; -inf where one of them has no template.
        probe_quality: Of each probe print.
    """

    values: Floats
    probe_quality: Floats


def compare_all(
    probes: Sequence[bytes | None],
    references: Sequence[bytes | None],
    quality: Floats,
    progress: ProgressLike,
) -> Scores:
    """Compare every probe with every reference."""
    index = FingerprintIndex()
    kept = [place for place, payload in enumerate(references) if payload is not None]
    index.add(
        [payload for payload in references if payload is not None], [FingerPosition.UNKNOWN] * len(kept)
    )
    values = np.full((len(probes), len(references)), -np.inf)
    rows = np.arange(len(kept), dtype=np.int64)
    for place, payload in enumerate(progress.track(probes, len(probes), "comparing")):
        if payload is not None:
            values[place, kept] = index.score_rows(payload, FingerPosition.UNKNOWN, rows)
    return Scores(values, quality)


def observed_over_stated(prints: PrintSet, clear: Scores, seed: int) -> dict[str, Any]:
    """Return how often persons of strangers' fingers reach a fused rate, over that rate.

    The rates of a database's prints come from a calibration that never saw that database, as those of
    a sensor that is new to the service do.
    """
    answer: dict[str, Any] = {}
    for count in FINGERS:
        by_database = [
            np.array(
                [together(*person) for person in _drawn(prints, clear, database, count, seed, mated=False)]
            )
            for database in np.unique(prints.database)
        ]
        shares = np.array([[np.mean(fused <= rate) / rate for rate in STATED] for fused in by_database])
        answer[f"{count}_fingers"] = {
            f"{rate:g}": {"mean": round(float(mean), 2), "worst_database": round(float(worst), 2)}
            for rate, mean, worst in zip(STATED, shares.mean(0), shares.max(0), strict=True)
        }
    return answer


def missed(prints: PrintSet, probes: dict[str, Scores], clear: Scores, seed: int) -> dict[str, Any]:
    """Return the share of mated persons above a stated rate, by our fusion and by Fisher's method alone."""
    rules: dict[str, Fuse] = {"service": together, "fisher": lambda rates, _: fisher(rates)}
    answer: dict[str, Any] = {}
    for name, scores in probes.items():
        for count in FINGERS[1:3]:
            persons = [
                person
                for database in np.unique(prints.database)
                for person in _drawn(prints, scores, database, count, seed, mated=True, clear=clear)
            ]
            answer.setdefault(name, {})[f"{count}_fingers"] = {
                rule: {
                    f"{rate:g}": round(float(np.mean([fuse(*person) > rate for person in persons])), 5)
                    for rate in MISSED_AT
                }
                for rule, fuse in rules.items()
            }
    return answer


def _drawn(
    prints: PrintSet,
    scores: Scores,
    database: int,
    count: int,
    seed: int,
    *,
    mated: bool,
    clear: Scores | None = None,
) -> list[tuple[list[float], list[float]]]:
    """Draw persons of ``count`` fingers of one database: rates and qualities of their comparisons."""
    random = np.random.default_rng((seed, database, count))
    rates = calibrated_without(prints, clear or scores, database).false_match_rates(
        np.nan_to_num(scores.values, neginf=-1e3)
    )
    fingers = np.unique(prints.finger[prints.database == database])
    reference = {int(f): int(np.flatnonzero((prints.finger == f) & prints.first)[0]) for f in fingers}
    probes = {int(f): np.flatnonzero((prints.finger == f) & ~prints.first) for f in fingers}
    drawn = []
    for _ in range(DRAWN):
        own = random.permutation(fingers)[:count]
        others = own if mated else np.roll(np.append(own, np.setdiff1d(fingers, own)), -1)[:count]
        places = [int(random.choice(probes[int(finger)])) for finger in own]
        held = [reference[int(finger)] for finger in others]
        drawn.append((rates[places, held].tolist(), scores.probe_quality[places].tolist()))
    return drawn


def calibrated_without(prints: PrintSet, scores: Scores, left_out: int) -> Calibration:
    """Fit the false-match rates of all databases but one, as those of the service are: a sensor at a time.

    Args:
        scores: Of all prints with each other.
    """
    kept = (prints.database != left_out) & np.isfinite(scores.values).any(1)
    strangers = np.outer(kept, kept) & (prints.finger[:, None] != prints.finger)
    of_one_sensor = prints.database[:, None] == prints.database
    chosen = np.tril(strangers & of_one_sensor, -1)
    return Calibration.from_scores("held out", "each of the other databases", scores.values[chosen])
