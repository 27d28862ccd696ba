"""What does each step of the face engine gain, and what was tried and dropped: beside plain OpenCV."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.face_degraded import degraded
from benchmarks.face_samples import LabelledPhotograph, read_photographs
from benchmarks.face_variants import PhotographVectors, all_variants
from benchmarks.impostor_pairs import LABEL_ERROR_FROM
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files

Matrix = NDArray[np.float64]
People = NDArray[np.int64]

GALLERIES = 20
"""Drawn galleries, one photograph of each person: three false positives fix a threshold in one of them."""

WAYS: dict[str, tuple[tuple[str, ...], bool]] = {
    "plain_opencv": (("opencv",), False),
    "one_look": (("one_look",), False),
    "second_look": (("second_look",), False),
    "centred": (("one_look",), True),
    "second_look_centred": (("second_look",), True),
    "second_look_mirrored": (("second_look", "mirrored"), False),
    "second_look_mirrored_centred": (("second_look", "mirrored"), True),
    "the_same_in_floating_point": (("floating", "floating_mirrored"), True),
    "with_two_scales": (("second_look", "mirrored", "looser", "tighter"), True),
    "lit_where_needed": (("lit",), True),
    "always_lit": (("stretched",), True),
}
"""Which vectors are added, and whether the mean of other people is taken away."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--data", type=Path, required=True, nargs="+", help="the first also gives the mean for the others"
    )
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Embed every photograph in every way, compare the ways set by set."""
    sets = [read_photographs(directory) for directory in arguments.data]
    measured: dict[str, Any] = {}
    counts: dict[str, int] = {}
    centres: dict[tuple[str, ...], Matrix] = {}
    for directory, photographs in zip(arguments.data, sets, strict=True):
        paths = [each.path for each in photographs]
        made = list(progress.track(all_variants(paths, arguments.processes), len(paths), directory.name))
        kept = [place for place, each in enumerate(made) if each and "opencv" in each.vectors]
        table = [each for each in made if each and "opencv" in each.vectors]
        people = np.unique([photographs[place].person for place in kept], return_inverse=True)[1]
        measured[directory.name] = _compare_ways(table, people, centres) | {"cost_ms": _costs(table)}
        counts[f"{directory.name}_photographs"] = len(photographs)
        counts[f"{directory.name}_left_out"] = len(photographs) - len(kept)
        if photographs is sets[0]:
            measured["several_photographs"] = _several(table, people)
            measured["degraded"] = degraded(photographs, progress)
    return {
        "data": [_described(directory, each) for directory, each in zip(arguments.data, sets, strict=True)],
        "protocol": (
            f"fnir: {GALLERIES} drawn galleries of one photograph per person, probes the others, false "
            "positives from each probe in the gallery without its person; tmr: all pairs; pairs of "
            f"differently named people above {LABEL_ERROR_FROM} with plain OpenCV are left out; the mean "
            "that is taken away comes from the half of the people that a person is not in (first set) or "
            "from the first set (the others)"
        ),
        "models_used": ["yunet", "sface"],
        "counts": counts,
        "metrics": measured,
    }


def _described(directory: Path, photographs: list[LabelledPhotograph]) -> dict[str, Any]:
    return describe_files(directory.name, directory, [each.path for each in photographs])


def _compare_ways(
    table: list[PhotographVectors], people: People, centres: dict[tuple[str, ...], Matrix]
) -> dict[str, Any]:
    plain = _scores(_summed(table, ("opencv",)))
    doubtful = (plain > LABEL_ERROR_FROM) & (people[:, None] != people[None])
    first = not centres
    answers = {}
    for name, (vectors, centred) in WAYS.items():
        summed = _summed(table, vectors)
        if first:
            centres[vectors] = _mean_of_people(summed, people)
        if centred:
            summed = _centred(summed, people) if first else _unit(summed - centres[vectors])
        answers[name] = _rates(_scores(summed), people, doubtful)
        if name == "second_look_mirrored" and first:
            answers["with_cohort_normalisation"] = _rates(_normalised(summed, people), people, doubtful)
    return answers


def _summed(table: list[PhotographVectors], names: tuple[str, ...]) -> Matrix:
    stacked = [np.stack([each.vectors[name] for each in table]) for name in names]
    return _unit(np.sum(stacked, axis=0).astype(np.float64))


def _unit(vectors: Matrix) -> Matrix:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _scores(vectors: Matrix) -> Matrix:
    return np.asarray(vectors @ vectors.T)


def _mean_of_people(vectors: Matrix, people: People) -> Matrix:
    means = [vectors[people == person].mean(axis=0) for person in np.unique(people)]
    return np.asarray(np.mean(means, axis=0))


def _halves(people: People) -> list[NDArray[np.bool_]]:
    half = (np.random.default_rng(3).permutation(people.max() + 1) % 2 == 0)[people]
    return [half, ~half]


def _centred(vectors: Matrix, people: People) -> Matrix:
    result = np.empty_like(vectors)
    for half in _halves(people):
        result[half] = _unit(vectors[half] - _mean_of_people(vectors[~half], people[~half]))
    return result


def _normalised(vectors: Matrix, people: People) -> Matrix:
    """Return symmetric normalised scores (S-norm, Kenny 2010); each half is the other's cohort."""
    scores = _scores(vectors)
    mean, deviation = np.empty(len(people)), np.empty(len(people))
    for half in _halves(people):
        first = np.flatnonzero(~half)[np.unique(people[~half], return_index=True)[1]]
        mean[half] = scores[np.ix_(half, first)].mean(axis=1)
        deviation[half] = scores[np.ix_(half, first)].std(axis=1)
    standard = (scores - mean[:, None]) / deviation[:, None]
    return np.asarray((standard + standard.T) / 2)


def _rates(scores: Matrix, people: People, doubtful: NDArray[np.bool_]) -> dict[str, float]:
    first, second = np.triu_indices(len(people), 1)
    same = people[first] == people[second]
    genuine = scores[first, second][same]
    impostor = scores[first, second][~same & ~doubtful[first, second]]
    answer = {
        f"tmr_at_fmr_1e{power}": round(1 - metrics.fnmr_at_fmr(genuine, impostor, 10.0**-power).fnmr, 5)
        for power in (3, 4, 5)
        if len(impostor) * 10.0**-power >= 1
    }
    spread = np.sqrt((genuine.var() + impostor.var()) / 2)
    answer["d_prime"] = round(float((genuine.mean() - impostor.mean()) / spread), 3)
    searched = np.where(doubtful, -np.inf, scores)
    found = np.mean([_search(searched, people, seed) for seed in range(GALLERIES)], axis=0)
    for key, value in zip(("fnir_at_fpir_3e3", "fnir_at_fpir_1e2", "fnir_at_fpir_3e2"), found, strict=True):
        answer[key] = round(float(value), 5)
    return answer


def _search(scores: Matrix, people: People, seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    gallery = np.array([random.choice(np.flatnonzero(people == person)) for person in np.unique(people)])
    probes = np.setdiff1d(np.arange(len(people)), gallery)
    found = scores[np.ix_(probes, gallery)]
    own = people[probes][:, None] == people[gallery][None]
    mates, strangers = found[own], np.where(own, -np.inf, found).max(axis=1)
    ranks = (found > mates[:, None]).sum(axis=1) + 1
    return [metrics.fnir_at_fpir(mates, ranks, strangers, rate).fnmr for rate in (3e-3, 1e-2, 3e-2)]


def _several(table: list[PhotographVectors], people: People) -> dict[str, Any]:
    """Compare ways of enrolling two photographs of a person: the better score, and two means."""
    vectors = _centred(_summed(table, ("second_look", "mirrored")), people)
    lengths = np.array([each.length for each in table])
    enrolled = [np.flatnonzero(people == person)[:2] for person in np.unique(people)]
    probes = np.concatenate([np.flatnonzero(people == person)[2:] for person in np.unique(people)])
    joins: dict[str, Callable[[NDArray[np.int64]], Matrix]] = {
        "first_only": lambda own: vectors[own[:1]],
        "better_score": lambda own: vectors[own],
        "mean": lambda own: _unit(vectors[own].sum(axis=0)[None]),
        "mean_weighted_by_length": lambda own: _unit((vectors[own] * lengths[own, None]).sum(axis=0)[None]),
    }
    answer: dict[str, Any] = {"probes": len(probes)}
    for name, join in joins.items():
        found = np.stack([(vectors[probes] @ join(own).T).max(axis=1) for own in enrolled], axis=1)
        own = people[probes][:, None] == np.unique(people)[None]
        mates, strangers = found[own], np.where(own | (found > LABEL_ERROR_FROM), -np.inf, found).max(axis=1)
        ranks = (np.where(own | (found <= LABEL_ERROR_FROM), found, -np.inf) > mates[:, None]).sum(axis=1) + 1
        for rate, key in ((1e-2, "1e2"), (3e-2, "3e2")):
            point = metrics.fnir_at_fpir(mates, ranks, strangers, rate)
            answer[f"{name}.fnir_at_fpir_{key}"] = round(point.fnmr, 5)
    return answer


def _costs(table: list[PhotographVectors]) -> dict[str, float]:
    return {
        step: round(float(np.median([each.cost_ms[step] for each in table])), 2) for step in table[0].cost_ms
    }
