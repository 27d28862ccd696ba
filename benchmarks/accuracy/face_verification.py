"""How well does one photograph verify another: LFW-style pairs list, or all pairs of a test set."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.face_samples import Embedded, LabelledPhotograph, embed_all, read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from datasets.errors import DatasetUnreadable
from datasets.protocols.lfw_pairs import FacePair, photograph, read_pairs

Scores = NDArray[np.float64]
FOLDS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person, or MEDS mugshots")
    parser.add_argument(
        "--pairs", type=Path, help="pairs list in the format of LFW (pairs.txt, pairsDevTest)"
    )
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Measure; with --pairs the LFW protocol, else every pair of photographs."""
    if arguments.pairs:
        return _run_pairs(arguments, progress)
    photographs = read_photographs(arguments.data)
    paths = [each.path for each in photographs]
    embedded = embed_all(paths, arguments.embedder, progress, arguments.processes)
    subjects = np.unique([each.person for each in photographs], return_inverse=True)[1]
    first, second = np.triu_indices(len(paths), 1)
    scores = _scores(embedded, first, second)
    same = subjects[first] == subjects[second]
    folds = _person_folds(subjects)[first]
    progress.say(f"{same.sum()} genuine and {(~same).sum()} impostor comparisons")
    answer = _answer(arguments, photographs, embedded, scores, same)
    answer["protocol"] = (
        "every pair of photographs of the set; accuracy: balanced, best threshold of nine tenths of the "
        "people applied to the last tenth"
    )
    answer["metrics"]["accuracy"] = cross_validated_accuracy(scores, same, folds, balanced=True)
    answer["intervals"] = {
        "tmr_at_fmr_1e3": _tmr_interval(scores, same, subjects[first], subjects[second], 1e-3)
    }
    return answer


def _run_pairs(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    pairs = read_pairs(arguments.pairs)
    sides = [_sides(arguments.data, pair) for pair in pairs]
    paths = sorted({path for side in sides for path in side})
    if not any(path.is_file() for path in paths):
        raise DatasetUnreadable(
            f"{arguments.data} has none of the photographs of {arguments.pairs.name}, "
            f"such as {paths[0].relative_to(arguments.data)}"
        )
    place = {path: number for number, path in enumerate(paths)}
    embedded = embed_all(paths, arguments.embedder, progress, arguments.processes)
    first = np.array([place[a] for a, _ in sides])
    second = np.array([place[b] for _, b in sides])
    scores = _scores(embedded, first, second)
    same = np.array([pair.same_person for pair in pairs])
    photographs = [LabelledPhotograph(path.parent.name, path) for path in paths]
    folds = np.array([pair.fold for pair in pairs])
    per_fold = fold_accuracies(scores, same, folds, balanced=False)
    answer = _answer(arguments, photographs, embedded, scores, same)
    answer["protocol"] = (
        f"pairs list {arguments.pairs.name}, {len(per_fold)} sets; accuracy: mean over the sets, each at the "
        "threshold that is best on the others"
    )
    answer["metrics"]["accuracy"] = float(np.mean(per_fold))
    if len(per_fold) > 1:
        answer["metrics"]["accuracy_standard_error"] = float(
            np.std(per_fold, ddof=1) / np.sqrt(len(per_fold))
        )
    return answer


def _sides(directory: Path, pair: FacePair) -> tuple[Path, Path]:
    return (
        photograph(directory, pair.name_a, pair.number_a),
        photograph(directory, pair.name_b, pair.number_b),
    )


def _answer(
    arguments: argparse.Namespace,
    photographs: list[LabelledPhotograph],
    embedded: Embedded,
    scores: Scores,
    same: NDArray[np.bool_],
) -> dict[str, Any]:
    genuines, impostors = scores[same], scores[~same]
    points = {rate: metrics.fnmr_at_fmr(genuines, impostors, rate) for rate in (1e-2, 1e-3, 1e-4)}
    measured: dict[str, Any] = {
        "tmr_at_fmr_1e2": 1 - points[1e-2].fnmr,
        "tmr_at_fmr_1e3": 1 - points[1e-3].fnmr,
        "eer": metrics.eer(genuines, impostors),
        "threshold_at_fmr_1e3": points[1e-3].threshold,
        "failures_to_extract": len(embedded.reasons),
    }
    if len(impostors) >= 100_000:
        measured["tmr_at_fmr_1e4"] = 1 - points[1e-4].fnmr
    paths = [each.path for each in photographs if each.path.is_file()]
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "people": len({each.person for each in photographs}),
            "photographs": len(photographs),
            "genuine": int(same.sum()),
            "impostor": int((~same).sum()),
        },
        "metrics": measured,
        "failures": Counter(embedded.reasons.values()),
        "curves": {"det": det_curve(genuines, impostors)},
    }


def _scores(embedded: Embedded, first: NDArray[np.int64], second: NDArray[np.int64]) -> Scores:
    """Return the cosine of each pair, -inf where a side has no template."""
    vectors = np.nan_to_num(embedded.vectors)
    scores = np.empty(len(first), dtype=np.float64)
    for start in range(0, len(first), 100_000):
        part = slice(start, start + 100_000)
        scores[part] = np.einsum("ij,ij->i", vectors[first[part]], vectors[second[part]])
    scores[~(embedded.usable[first] & embedded.usable[second])] = -np.inf
    return scores


def _person_folds(subjects: NDArray[np.int64]) -> NDArray[np.int64]:
    drawn = np.random.default_rng(1).permutation(subjects.max() + 1) % FOLDS
    return np.asarray(drawn[subjects], dtype=np.int64)


def cross_validated_accuracy(
    scores: Scores, same: NDArray[np.bool_], folds: NDArray[np.int64], *, balanced: bool
) -> float:
    """Return the mean of ``fold_accuracies``."""
    return float(np.mean(fold_accuracies(scores, same, folds, balanced=balanced)))


def fold_accuracies(
    scores: Scores, same: NDArray[np.bool_], folds: NDArray[np.int64], *, balanced: bool
) -> list[float]:
    """Return each fold's share of right decisions at the threshold best on the other folds.

    Args:
        balanced: Give genuine and impostor comparisons equal weight whatever their numbers.
    """
    accuracies = []
    for fold in np.unique(folds):
        inside = folds == fold
        if balanced and len(np.unique(same[inside])) < 2:
            continue  # a small set's fold may hold no genuine comparison
        others = ~inside if not inside.all() else inside
        threshold = best_threshold(scores[others], same[others], balanced=balanced)
        right = (scores[inside] >= threshold) == same[inside]
        if balanced:
            accuracies.append(float((right[same[inside]].mean() + right[~same[inside]].mean()) / 2))
        else:
            accuracies.append(float(right.mean()))
    return accuracies


def best_threshold(scores: Scores, same: NDArray[np.bool_], *, balanced: bool) -> float:
    """Return the middle of the gap between scores at which most decisions are right."""
    order = np.argsort(scores, kind="stable")
    weight = np.where(same, 1 / same.sum(), 1 / (~same).sum()) if balanced else np.ones(len(same))
    ordered, is_same, weight = scores[order], same[order], weight[order]
    # right decisions when the first k comparisons are rejected and the others admitted
    rejected_right = np.concatenate([[0.0], np.cumsum(np.where(is_same, 0.0, weight))])
    admitted_right = np.concatenate([np.cumsum(np.where(is_same, weight, 0.0)[::-1])[::-1], [0.0]])
    cut = int(np.argmax(rejected_right + admitted_right))
    low = ordered[cut - 1] if cut else -1.0
    high = ordered[cut] if cut < len(ordered) else 1.0
    return float((max(low, -1.0) + max(high, -1.0)) / 2)


def det_curve(genuines: Scores, impostors: Scores) -> dict[str, list[float]]:
    """Return the curve at 20 false-match rates per decade, enough to draw and small enough to commit."""
    lowest = np.log10(1 / len(impostors))
    rates = 10 ** np.arange(np.ceil(lowest * 20) / 20, 0.001, 0.05)
    points = [metrics.fnmr_at_fmr(genuines, impostors, float(rate)) for rate in rates]
    return {
        "fmr": [round(point.fmr, 8) for point in points],
        "fnmr": [round(point.fnmr, 6) for point in points],
        "threshold": [round(max(point.threshold, -1.0), 5) for point in points],
    }


def _tmr_interval(
    scores: Scores, same: NDArray[np.bool_], first: NDArray[np.int64], second: NDArray[np.int64], fmr: float
) -> list[float]:
    def tmr(drawn: NDArray[np.int64]) -> float:
        weights = drawn[first].astype(np.float64) * np.where(same, 1, drawn[second])
        return 1 - metrics.weighted_fnmr_at_fmr(
            scores[same], weights[same], scores[~same], weights[~same], fmr
        )

    low, high = metrics.interval(tmr, int(max(first.max(), second.max())) + 1, repeats=100)
    return [round(low, 6), round(high, 6)]
