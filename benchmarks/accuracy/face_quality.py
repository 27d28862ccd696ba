"""Does face quality find the photographs that would not match?"""

import argparse
from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import metrics
from benchmarks.error_versus_reject import SHARES, Floats, Genuine, Mask, Rows, area, curve, fnmr_after
from benchmarks.face_quality_samples import REFERENCE, JudgedFace, chosen_pairs, judge_pairs
from benchmarks.face_samples import read_photographs
from benchmarks.photo_degradations import KINDS
from benchmarks.progress import ProgressLike
from benchmarks.quality_fit import fit
from benchmarks.record import describe_files
from biometrics.face.extractor import FaceExtractor
from biometrics.face.parameters import FACE, QualityWeights
from biometrics.face.population import population_of
from biometrics.face.quality import value_of
from models.registry import model

FMR = 1e-3
REJECTED = 0.2
CLEAR_SCORE = 0.4
"""What quality predicts the chance of."""

FITTED = ("hard_to_read", "blurred", "too_bright", "face_unclear")
FITTED_WITHOUT_LENGTH = ("blurred", "too_bright", "face_unclear")
BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class _Compared:
    """Each photograph's score with the reference of its person, and with those of all others."""

    genuine: Floats
    strangers: list[Floats]

    def missed(self, members: Mask) -> tuple[float, Mask]:
        """Return the threshold at the false-match rate over these photographs, and who is below it."""
        strangers = np.concatenate([self.strangers[row] for row in np.flatnonzero(members)])
        threshold = metrics.threshold_at_fmr(strangers, FMR)
        return threshold, self.genuine < threshold


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person")
    parser.add_argument("--people", type=int, default=300, help="people with two photographs or more")
    parser.add_argument("--seed", type=int, default=7, help="of the faults done to the photographs")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Judge photographs as they are and with faults; compare; reject the worst by each measure."""
    pairs = chosen_pairs(read_photographs(arguments.data), arguments.people)
    extractor = FaceExtractor.open()
    population = population_of(model("sface").producer)
    assert population is not None
    everything = list(judge_pairs(pairs, extractor, population, arguments.seed, progress))
    references = {each.person: each for each in everything if each.kind == REFERENCE}
    probes = [
        each
        for each in everything
        if each.kind != REFERENCE and references[each.person].vector is not None and each.vector is not None
    ]
    compared = compare(probes, references)
    damaged = np.array([bool(each.kind) for each in probes])
    unseen, weights = judge_unseen(probes, compared.genuine)
    measures = {
        "ours": np.array([each.value for each in probes]),
        "ours_unseen": unseen,
        "length_alone": np.array([each.length for each in probes]),
    }
    sets = {"with_faults": damaged, "all": np.ones_like(damaged)}
    results = {name: of_set(compared, members, measures) for name, members in sets.items()}
    _, missed = compared.missed(damaged)
    return {
        "data": describe_files(
            arguments.data.name, arguments.data, [each.path for own in pairs for each in own]
        ),
        "protocol": (
            "each person's second photograph, as it is and twice more with one fault of"
            " benchmarks/photo_degradations.py each, against the first photograph of everybody; with_faults:"
            " the damaged ones alone; all: those as they are too. What the extractor refuses takes no part."
            " Threshold at FMR 0.001 over all impostor pairs of the set, not moved by rejecting; ties in"
            " drawn order. ours: shipped weights, fitted on these people; ours_unseen: each half of the"
            " people by weights fitted on the other half; oracle: what is missed is rejected first; area:"
            " mean FNMR over 0 to 30 % rejected. The mean taken from all embeddings is of these people too"
        ),
        "models_used": ["yunet", "sface"],
        "producer": extractor.producer,
        "counts": {
            "people": len(pairs),
            "as_taken": int((~damaged).sum()),
            "with_faults": int(damaged.sum()),
            "refused": sum(each.vector is None for each in everything),
            "impostor": sum(len(each) for each in compared.strangers),
        },
        "metrics": {name: result for name, (result, _) in results.items()} | {"cpu_ms": _times(probes)},
        "intervals": {
            "with_faults.fnmr_after_over_before.ours_unseen": interval_of_rest(
                damaged, missed, unseen, np.array([each.person for each in probes])
            )
        },
        "weights": weights,
        "meaning": meaning(compared, measures["ours"], missed),
        "faults": by_fault(everything, probes, missed),
        "curves": {"share_rejected": SHARES.tolist()} | {name: drawn for name, (_, drawn) in results.items()},
    }


def compare(probes: list[JudgedFace], references: dict[int, JudgedFace]) -> _Compared:
    """Score every probe with every reference."""
    known = [each for each in references.values() if each.vector is not None]
    people = np.array([each.person for each in known])
    matrix = np.stack([each.vector for each in known if each.vector is not None])
    genuine, strangers = [], []
    for probe in probes:
        assert probe.vector is not None
        scores = matrix @ probe.vector
        own = people == probe.person
        genuine.append(float(scores[own][0]))
        strangers.append(scores[~own])
    return _Compared(np.array(genuine), strangers)


def judge_unseen(probes: list[JudgedFace], genuine: Floats) -> tuple[Floats, dict[str, dict[str, float]]]:
    """Return each photograph's quality by weights fitted on other people; and all weights."""
    odd = np.array([each.person % 2 == 1 for each in probes])
    reached = genuine >= CLEAR_SCORE
    shipped = FACE.quality
    weights = {
        "all": fitted(probes, reached, FITTED, shipped.weights),
        "all_without_length": fitted(probes, reached, FITTED_WITHOUT_LENGTH, shipped.weights_without_length),
    }
    quality = np.zeros(len(probes))
    for name, tested in (("without_odd_people", odd), ("without_even_people", ~odd)):
        seen = [probe for probe, test in zip(probes, tested, strict=True) if not test]
        weights[name] = fitted(seen, reached[~tested], FITTED, shipped.weights)
        for row in np.flatnonzero(tested):
            quality[row] = value_of(probes[row].found, weights[name])
    rounded = {
        name: {code: round(value, 2) for code, value in asdict(each).items()}
        for name, each in weights.items()
    }
    return quality, rounded


def fitted(
    probes: list[JudgedFace], reached: Mask, codes: tuple[str, ...], start: QualityWeights
) -> QualityWeights:
    """Return the weights with base and these codes fitted; those that are set stay."""
    shares = np.array([[_share(probe, code) - 1 for code in codes] for probe in probes])
    found = fit(shares, np.ones(len(probes)), reached.astype(np.float64)).tolist()
    return replace(start, base=found[0], **dict(zip(codes, found[1:], strict=True)))


def _share(probe: JudgedFace, code: str) -> float:
    return next(each.share for each in probe.found if each.code == code)


def of_set(
    compared: _Compared, members: Mask, measures: dict[str, Floats]
) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Return the metrics and the curves of one set of photographs."""
    threshold, missed = compared.missed(members)
    pairs = _pairs(members, missed)
    ordered = measures | {"oracle": -missed.astype(np.float64)}
    drawn = {name: curve(pairs, quality) for name, quality in ordered.items()}
    before = float(pairs.missed.mean())
    after = {name: fnmr_after(pairs, quality, REJECTED) for name, quality in ordered.items()}
    return {
        "threshold": threshold,
        "fnmr": before,
        "fnmr_after_rejecting_20_percent": after,
        "fnmr_after_over_before": {name: rate / before if before else 0.0 for name, rate in after.items()},
        "area_under_curve": {name: area(values) for name, values in drawn.items()},
    }, drawn


def _pairs(members: Mask, missed: Mask) -> Genuine:
    """One comparison for each photograph: rejecting a photograph rejects its comparison."""
    rows = np.flatnonzero(members)
    return Genuine(rows, rows, missed[rows])


def interval_of_rest(members: Mask, missed: Mask, quality: Floats, person: Rows) -> list[float]:
    """Resample people; the threshold and the quality below which a photograph is rejected stay."""
    rows = np.flatnonzero(members)
    kept = quality[rows] > np.quantile(quality[rows], REJECTED)

    def rest(drawn: Rows) -> float:
        weight = drawn[person[rows]]
        before = np.average(missed[rows], weights=weight)
        return float(np.average(missed[rows], weights=weight * kept) / before) if before else float("nan")

    return list(metrics.interval(rest, int(person.max()) + 1))


def meaning(compared: _Compared, value: Floats, missed: Mask) -> list[dict[str, float]]:
    """What did photographs of each range of values do: is the value the chance it says?"""
    rows = []
    for low, high in pairwise(BINS):
        here = (value >= low) & ((value < high) | (high == 1))
        if here.any():
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "photographs": int(here.sum()),
                    "mean_value": float(value[here].mean()),
                    "reached_clear_score": float((compared.genuine[here] >= CLEAR_SCORE).mean()),
                    "missed": float(missed[here].mean()),
                }
            )
    return rows


def by_fault(
    everything: list[JudgedFace], probes: list[JudgedFace], missed: Mask
) -> dict[str, dict[str, Any]]:
    """Return how each fault was judged, and what it did."""
    answer = {}
    for kind in ("", *KINDS):
        rows = [row for row, each in enumerate(probes) if each.kind == kind]
        refused = [each for each in everything if each.kind == kind and each.vector is None]
        codes = Counter(code for row in rows for code in probes[row].codes)
        answer[kind or "none"] = {
            "judged": len(rows),
            "refused": dict(Counter(each.codes[0] for each in refused)),
            "mean_value": float(np.mean([probes[row].value for row in rows])) if rows else None,
            "missed": float(missed[rows].mean()) if rows else None,
            "reasons": dict(codes.most_common()),
        }
    return answer


def _times(probes: list[JudgedFace]) -> dict[str, dict[str, float]]:
    """Processor milliseconds on one thread or more, by the middle and the slowest twentieth."""
    taken = {
        "pixels_to_answer": [each.answer_ms for each in probes],
        "judging": [each.judging_ms for each in probes],
    }
    return {
        name: {"p50": float(np.median(values)), "p95": float(np.percentile(values, 95))}
        for name, values in taken.items()
    }
