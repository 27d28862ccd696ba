"""Is the right finger found from a mark: a part of a print, turned, faint, on lines, text or texture?"""

import argparse
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics, search_curves
from benchmarks.finger_samples import Extracted, PrintSet, extract_all, read_prints
from benchmarks.mark_samples import MarkSample, make_marks
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.fingerprint.producer import MARK, FingerprintProducer, own_form
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition, Modality
from datasets.synthetic.minutiae_distractors import distractors
from matcher.calibration import Calibration, calibration_for
from matcher.errors import CalibrationMissing
from matcher.fingerprint.comparison import score_many
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.prepared import prepare

Ranks = NDArray[np.int64]
Scores = NDArray[np.float64]

SHARES = (0.20, 0.40)
BANDS = ((0.20, 0.25), (0.25, 0.30), (0.30, 0.35), (0.35, 0.40))
CANDIDATES = 200
DISTRACTOR_SEED = 20_240_101
MARK_SEED = 20_260_601
TUNED_FINGERS = 5
"""The first so many fingers of each database; extraction of marks was tuned on their marks."""
CHECKED_RATES = (1e-1, 1e-2, 1e-3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--distractors", type=int, default=0, help="invented fingers added to the gallery")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="processes extracting the prints (default: all cores)")
    parser.add_argument(
        "--out", type=Path, help="where the calibration for marks goes (matcher/fingerprint/...)"
    )


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Search marks of the fingers that nothing was tuned on; measure what a mark's score is worth."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    tuned, reported = (
        make_marks(
            prints,
            _sources(prints, is_reported),
            SHARES,
            arguments.dpi,
            MARK_SEED,
            progress,
            as_plain_too=is_reported,
        )
        for is_reported in (False, True)
    )
    index, rows = _enrol(prints, extracted, arguments.distractors, progress)
    found = _search_all(prints, reported, index, rows, progress)
    strangers = [_against_strangers(prints, extracted, samples, progress) for samples in (tuned, reported)]
    calibration = _fitted(np.concatenate(strangers), arguments.data.name)
    if arguments.out:
        arguments.out.write_text(calibration.to_json(), encoding="utf-8")
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "gallery: first impression of each finger of all databases, and distractors made from the"
            f" minutiae of the set (seed {DISTRACTOR_SEED}); probes: one simulated mark"
            f" (datasets/synthetic/marks.py, seed {MARK_SEED}) of each other impression of the fingers after"
            f" the first {TUNED_FINGERS} of each database, on whose marks extraction was tuned; plain: the"
            " same images extracted and searched as plain prints, refusals count as not found; false-match"
            " rates: marks with all prints of other fingers, fitted on the marks of the first fingers and"
            " observed on those of the others"
        ),
        "models_used": ["leader"],
        "producer": calibration.producer,
        "counts": {
            "gallery": len(index),
            "probes": len(reported),
            "probes_by_area": {_named(band): int(_inside(reported, band).sum()) for band in BANDS},
            "strangers": int(sum(map(len, strangers))),
        },
        "metrics": {
            **{name: _described(reported, ranks) for name, ranks in found.items()},
            "refused_as_plain": sum(sample.plain is None for sample in reported),
            "nothing_found_as_mark": sum(sample.payload is None for sample in reported),
            "observed_over_stated": _checks(strangers[0], strangers[1], extracted.producer),
            "measured_to": calibration.measured_to,
        },
        "intervals": {
            f"{name}.rank{k}": _interval(prints, reported, ranks, k)
            for name, ranks in found.items()
            for k in (1, 20)
        },
        "curves": {"cmc": search_curves.cmc(found["as_mark"], CANDIDATES)},
    }


def _sources(prints: PrintSet, is_reported: bool) -> list[int]:
    """Return the impressions after the first, of the tuned or of the reported fingers."""
    place = {
        int(finger): number
        for database in np.unique(prints.database)
        for number, finger in enumerate(np.unique(prints.finger[prints.database == database]))
    }
    return [
        row
        for row, finger in enumerate(prints.finger.tolist())
        if not prints.first[row] and (place[finger] >= TUNED_FINGERS) is is_reported
    ]


def _enrol(
    prints: PrintSet, extracted: Extracted, wanted: int, progress: ProgressLike
) -> tuple[FingerprintIndex, dict[int, int]]:
    """Return the filled index and the row of each finger that could be enrolled."""
    index = FingerprintIndex()
    rows: dict[int, int] = {}
    for place in np.flatnonzero(prints.first):
        payload = extracted.payloads[place]
        if payload is not None:
            rows[int(prints.finger[place])] = len(index)
            index.add([payload], [FingerPosition.UNKNOWN])
    sources = [
        FingerprintTemplate.from_bytes(payload) for payload in extracted.payloads if payload is not None
    ]
    for made in progress.track(distractors(sources, wanted, DISTRACTOR_SEED), wanted, "inventing fingers"):
        index.add([made.to_bytes()], [FingerPosition.UNKNOWN])
    return index, rows


def _search_all(
    prints: PrintSet,
    samples: Sequence[MarkSample],
    index: FingerprintIndex,
    rows: dict[int, int],
    progress: ProgressLike,
) -> dict[str, Ranks]:
    """Return the mate's rank for each mark, 0 where it is not among the candidates, in both ways."""

    def rank(sample: MarkSample, payload: bytes | None, *, thorough: bool) -> int:
        if payload is None:
            return 0
        mate = rows.get(int(prints.finger[sample.source]), -1)
        listed, _ = index.search(payload, FingerPosition.UNKNOWN, None, CANDIDATES, thorough=thorough)
        places = np.flatnonzero(listed == mate)
        return int(places[0]) + 1 if len(places) else 0

    ways: dict[str, Callable[[MarkSample], int]] = {
        "as_mark": lambda sample: rank(sample, sample.payload, thorough=True),
        "as_plain": lambda sample: rank(sample, sample.plain, thorough=False),
    }
    return {
        name: np.array([way(sample) for sample in progress.track(samples, len(samples), f"searching {name}")])
        for name, way in ways.items()
    }


def _against_strangers(
    prints: PrintSet, extracted: Extracted, samples: Sequence[MarkSample], progress: ProgressLike
) -> Scores:
    """Return the scores of the marks with all prints of other fingers."""
    scores = []
    for sample in progress.track(samples, len(samples), "strangers"):
        if sample.payload is not None:
            others = np.flatnonzero(prints.finger != prints.finger[sample.source])
            payloads = [payload for row in others if (payload := extracted.payloads[row]) is not None]
            scores.append(score_many(prepare(sample.payload), payloads, any_turn=True))
    return np.concatenate(scores)


def _fitted(scores: Scores, name: str) -> Calibration:
    producer = str(FingerprintProducer(MARK, own_form()))
    return Calibration.from_scores(
        producer, f"simulated marks of all fingers of {name} with all prints of other fingers", scores
    )


def _checks(tuned: Scores, reported: Scores, ordinary: str) -> dict[str, dict[str, float]]:
    """Return observed over stated rates: 1 is right, above is optimistic."""
    tables = {"own_table": _fitted(tuned, "")}
    with contextlib.suppress(CalibrationMissing):
        tables["table_of_plain_prints"] = calibration_for(Modality.FINGER, ordinary)
    return {
        name: {
            f"{rate:g}": round(float(np.mean(table.false_match_rates(reported) <= rate)) / rate, 3)
            for rate in CHECKED_RATES
        }
        for name, table in tables.items()
    }


def _described(samples: Sequence[MarkSample], ranks: Ranks) -> dict[str, Any]:
    grounds = np.array([sample.ground for sample in samples])
    inverted = np.array([sample.inverted for sample in samples])
    return {
        **{f"rank{k}": metrics.rank_k(ranks, k) for k in (1, 20, CANDIDATES)},
        "by_area": {
            _named(band): {f"rank{k}": metrics.rank_k(ranks[_inside(samples, band)], k) for k in (1, 20)}
            for band in BANDS
        },
        "rank1_by_ground": {
            str(ground): metrics.rank_k(ranks[grounds == ground], 1) for ground in np.unique(grounds)
        },
        "rank1_inverted": metrics.rank_k(ranks[inverted], 1),
    }


def _named(band: tuple[float, float]) -> str:
    return f"{100 * band[0]:.0f}-{100 * band[1]:.0f}%"


def _inside(samples: Sequence[MarkSample], band: tuple[float, float]) -> NDArray[np.bool_]:
    """Which marks show this part of the print; a soft edge can take one a little below its band."""
    shares = np.clip([sample.share for sample in samples], SHARES[0], SHARES[1] - 1e-9)
    return np.asarray((shares >= band[0]) & (shares < band[1]))


def _interval(prints: PrintSet, samples: Sequence[MarkSample], ranks: Ranks, k: int) -> list[float]:
    """Resample fingers; the marks of a finger go with it."""
    _, owner = np.unique([prints.finger[sample.source] for sample in samples], return_inverse=True)
    hit = (ranks >= 1) & (ranks <= k)

    def statistic(drawn: NDArray[np.int64]) -> float:
        weight = drawn[owner]
        return float((weight * hit).sum() / weight.sum())

    return list(metrics.interval(statistic, int(owner.max()) + 1))
