"""Do the stated false-match rates of faces hold for people they were not fitted on, and for mugshots?"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.impostor_pairs import (
    Impostors,
    Vectors,
    crossfitted_pairs,
    mean_of,
    pairs_centred_by,
    without_label_errors,
)
from benchmarks.impostor_tail import calibration_of, drawn_curves, moved_with
from benchmarks.kept_embeddings import FaceSet, add_face_arguments, read_faces
from benchmarks.own_gallery_checks import INVENTED_PEOPLE, of_invented_galleries, of_test_set
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.tail_checks import (
    ONCE,
    RATES,
    Stated,
    curve_points,
    false_positives,
    logs_of,
    ratios,
    summary,
    ways,
    within,
)
from matcher.calibration import Calibration
from matcher.impostor_tail import curve_of

SPLITS = 20
DRAWS = 40
"""Of people, for each split; the shipped calibration takes five times as many."""
DET_POINTS = 150
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Half of the people to fit on, the other half to judge on; the mean of all faces is of the first.

    Attributes:
        mixed: Of many people, as they are; both are shipped, and the operator's setting chooses.
        moved: To the fitted half of the mugshots: the population mugshots.
        fitted_press: Pairs of the half that was fitted; the other two are judged.
    """

    mixed: Calibration
    moved: Calibration
    press: Impostors
    mugshots: Impostors
    fitted_press: Impostors
    mean: Vectors
    judged_press: Mask
    judged_mugshots: Mask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="many people, folder per person")
    parser.add_argument("--alike", type=Path, required=True, nargs="+", help="mugshots; nobody of --data")
    add_face_arguments(parser)


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Split the people of both sets twenty times; fit on one half, judge on the other."""
    many = read_faces(arguments.data, arguments, progress)
    few = read_faces(arguments.alike, arguments, progress)
    splits = [split(many, few, draw) for draw in progress.track(range(SPLITS), SPLITS, "splitting")]
    first = splits[0]
    return {
        "data": [
            describe_files(at.name, at, paths) for each in (many, few) for at, paths in each.paths.items()
        ],
        "protocol": (
            f"people of {many.described()} and of {few.described()} halved {SPLITS} times; curve, mean "
            "of all faces and what moves the curve from one half, judged on the other; mixed: as fitted; "
            "mugshots: moved to their mean and spread; own gallery: what the service fits on one photograph "
            "of each of half of the people, centred by a fifth of them, judged on the rest; invented "
            f"galleries: the same with {INVENTED_PEOPLE} invented people, judged on as many others"
        ),
        "producer": many.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "people": many.persons,
            "mugshot_people": few.persons,
            "press_pairs_judged_per_split": round(_mean([len(each.press.scores) for each in splits])),
            "mugshot_pairs_judged_per_split": round(_mean([len(each.mugshots.scores) for each in splits])),
        },
        "metrics": {
            "observed_over_stated": observed_over_stated(splits, many, few),
            "invented_by_own_gallery": of_invented_galleries(progress),
            "press_inside_the_stated_interval": _inside(
                [within(each.mixed, each.press.scores) for each in splits]
            ),
            "fpir": fpir(splits, many, few),
            "tails": tails(splits),
        },
        "curves": {
            "calibration": {
                "press photographs by mixed": curve_points(logs_of(first.mixed), first.press),
                "mugshots by mugshots": curve_points(logs_of(first.moved), first.mugshots),
            },
            "det": {
                "press photographs": _det(many),
                "mugshots": _det(few),
            },
        },
    }


def split(many: FaceSet, few: FaceSet, draw: int) -> Split:
    """Halve the people of both sets and fit on the first halves."""
    random = np.random.default_rng((7, draw))
    fit_press, judge_press = _halves(many, random)
    fit_mugshots, judge_mugshots = _halves(few, random)
    mean = _shared(many, fit_press)
    fitted, _ = without_label_errors(_fitted_pairs(many, fit_press, draw))
    moving = _pairs(few, fit_mugshots, mean)
    return Split(
        mixed=calibration_of(fitted, None, "", "", DRAWS)[0],
        moved=calibration_of(fitted, moving, "", "", DRAWS)[0],
        press=_pairs(many, judge_press, mean),
        mugshots=_pairs(few, judge_mugshots, mean),
        fitted_press=fitted,
        mean=mean,
        judged_press=judge_press,
        judged_mugshots=judge_mugshots,
    )


def _halves(faces: FaceSet, random: np.random.Generator) -> tuple[Mask, Mask]:
    fitted = random.permutation(faces.persons) < faces.persons // 2
    return fitted[faces.people], ~fitted[faces.people]


def _shared(faces: FaceSet, chosen: Mask) -> Vectors:
    """Return what these faces share, nothing where the embedder's templates keep it."""
    if faces.population is None:
        return np.zeros(faces.vectors.shape[1])
    return mean_of(faces.vectors[chosen], faces.people[chosen])


def _fitted_pairs(faces: FaceSet, chosen: Mask, seed: int = 7) -> Impostors:
    if faces.population is None:
        return pairs_centred_by(faces.vectors[chosen], faces.people[chosen], _shared(faces, chosen))
    return crossfitted_pairs(faces.vectors[chosen], faces.people[chosen], seed)


def _pairs(faces: FaceSet, chosen: Mask, mean: Vectors) -> Impostors:
    return without_label_errors(pairs_centred_by(faces.vectors[chosen], faces.people[chosen], mean))[0]


def observed_over_stated(splits: list[Split], many: FaceSet, few: FaceSet) -> dict[str, Any]:
    """Return for each way to state rates and each kind of photograph how observed and stated ones compare."""
    left_out = couples_left_out(many, few)
    return {
        "press_by_mixed": _judged([(each.mixed, each.press) for each in splits]),
        "press_by_mugshots": _judged([(each.moved, each.press) for each in splits]),
        "press_by_own_gallery": of_test_set(many, len(splits)),
        "mugshots_by_mixed": _judged([(each.mixed, each.mugshots) for each in splits]),
        "mugshots_by_mugshots": _judged([(each.moved, each.mugshots) for each in splits]),
        "mugshots_by_mugshots_each_couple_left_out": summary(
            [left_out_ratios(left_out)], len(left_out) / ONCE
        ),
    }


def _judged(stated: list[tuple[Calibration, Impostors]]) -> dict[str, Any]:
    pairs = _mean([len(strangers.scores) for _, strangers in stated])
    found = [ratios(logs_of(calibration), strangers.scores) for calibration, strangers in stated]
    return summary(found, pairs)


def couples_left_out(many: FaceSet, few: FaceSet) -> Vectors:
    """Return the stated rate of each pair of mugshots, fitted without the pair's two people."""
    everybody = np.ones(len(many.people), dtype=bool)
    mean = _shared(many, everybody)
    impostors, _ = without_label_errors(_fitted_pairs(many, everybody))
    mugshots, _ = without_label_errors(pairs_centred_by(few.vectors, few.people, mean))
    curves = drawn_curves(impostors, curve_of(impostors.scores), DRAWS)
    stated = np.empty(len(mugshots.scores))
    for one, other in np.unique(np.stack([mugshots.first, mugshots.second], axis=1), axis=0):
        held = (mugshots.first == one) & (mugshots.second == other)
        touched = np.isin(mugshots.first, (one, other)) | np.isin(mugshots.second, (one, other))
        moved = moved_with(curves, mugshots.chosen(~touched))
        stated[held] = np.mean([10.0 ** each.logs_at(mugshots.scores[held]) for each in moved], axis=0)
    return stated


def left_out_ratios(stated: Vectors) -> list[float]:
    """Return the share of pairs whose own stated rate is at or below each rate, over that rate."""
    return [float(np.mean(stated <= rate)) / rate for rate in RATES]


def tails(splits: list[Split]) -> dict[str, dict[str, float]]:
    """Return observed over stated of each tail there is to choose from, mean of the splits."""
    found: dict[str, list[list[float]]] = {}
    for each in splits:
        for name, stated in ways(each.fitted_press.scores).items():
            found.setdefault(name, []).append(ratios(stated, each.press.scores))
    return {
        name: {
            f"{rate:.0e}": round(float(value), 3) for rate, value in zip(RATES, np.mean(rows, 0), strict=True)
        }
        for name, rows in found.items()
    }


def fpir(splits: list[Split], many: FaceSet, few: FaceSet) -> dict[str, Any]:
    """Return how many searches of strangers pass the threshold of each target FPIR, as a share."""
    passed: dict[str, dict[int, list[bool]]] = {"press_by_mixed": {}, "mugshots_by_mugshots": {}}
    for each in splits:
        for name, faces, chosen, stated in (
            ("press_by_mixed", many, each.judged_press, logs_of(each.mixed)),
            ("mugshots_by_mugshots", few, each.judged_mugshots, logs_of(each.moved)),
        ):
            for target, hits in _searches(faces, chosen, each.mean, stated).items():
                passed[name].setdefault(target, []).extend(hits)
    return {
        name: {
            str(target): {"stated": 10 ** (-target / 10), "observed": round(float(np.mean(hits)), 5)}
            for target, hits in found.items()
        }
        for name, found in passed.items()
    }


def _searches(faces: FaceSet, chosen: Mask, mean: Vectors, stated: Stated) -> dict[int, list[bool]]:
    units = faces.vectors - mean
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    gallery = chosen & faces.first
    different = faces.people[chosen][:, None] != faces.people[gallery]
    return false_positives(stated, units[chosen] @ units[gallery].T, different, int(gallery.sum()) - 1)


def _inside(found: list[list[bool]]) -> dict[str, float]:
    shares = np.mean(found, axis=0)
    return {f"{rate:.0e}": round(float(share), 3) for rate, share in zip(RATES, shares, strict=True)}


def _det(faces: FaceSet) -> dict[str, list[float]]:
    units = faces.vectors - (faces.population.mean if faces.population else 0.0)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    first, second = np.triu_indices(len(units), 1)
    scores, same = (units @ units.T)[first, second], faces.people[first] == faces.people[second]
    _, fmr, fnmr = metrics.det(scores[same], scores[~same])
    shown = np.unique(np.searchsorted(-fmr, -np.logspace(0, -6, DET_POINTS)).clip(0, len(fmr) - 1))
    return {
        "fmr": [float(f"{value:.4g}") for value in fmr[shown]],
        "fnmr": [float(f"{value:.4g}") for value in fnmr[shown]],
    }


def _mean(numbers: list[int]) -> float:
    return float(np.mean(numbers))
