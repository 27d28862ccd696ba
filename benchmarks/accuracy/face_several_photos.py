"""What do several photographs of one person gain, enrolled and as a probe, and do stated rates still hold?"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.face_samples import Embedded, LabelledPhotograph, embed_all, read_photographs
from benchmarks.impostor_pairs import LABEL_ERROR_FROM
from benchmarks.photo_sets import PhotoSet, compare_sets, searched_by_product, with_one_fault
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import Modality
from matcher.calibration import Calibration, calibration_for

DRAWS = 10
"""Drawn choices of who gets which photographs enrolled."""

COUNTS = (2, 3, 4)
FALSE_POSITIVES = {"3e3": 3e-3, "1e2": 1e-2, "3e2": 3e-2}
STATED = {"1e2": 1e-2, "1e3": 1e-3, "1e4": 1e-4}

People = NDArray[np.int64]
Drawn = tuple[list[PhotoSet], list[PhotoSet]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Enrol 2, 3 and 4 photographs of whoever has one more, and search with one; then the other way round."""
    photographs = read_photographs(arguments.data)
    paths = [each.path for each in photographs]
    embedded = embed_all(paths, arguments.embedder, progress, arguments.processes)
    usable = np.flatnonzero(embedded.usable)
    people = np.unique([photographs[place].person for place in usable], return_inverse=True)[1]
    draws = _Draws(embedded, usable, people)
    calibration = calibration_for(Modality.FACE, embedded.producer)
    measured: dict[str, Any] = {}
    for count in COUNTS:
        measured[f"enrolled_{count}"] = _mean_of(partial(draws.enrolled, count), calibration)
        measured[f"probes_of_{count}"] = _mean_of(partial(draws.probes, count), calibration)
    for count in COUNTS[:2]:
        mistaken = partial(draws.enrolled, count, mistaken=True)
        measured[f"one_of_{count}_is_somebody_else"] = _mean_of(mistaken, calibration)
    measured |= _faulty(arguments, [photographs[place] for place in usable], draws, calibration, progress)
    gallery, probes = draws.enrolled(2, 0)
    measured["search_agrees"] = searched_by_product(gallery, probes, calibration)
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "protocol": (
            f"mean of {DRAWS} draws: of everybody with more than n photographs n are enrolled and the "
            "others are probes, of everybody else up to n are enrolled (probes_of_n: one is enrolled, n "
            "others are a probe); false positives: each probe searched without its own person; one: the "
            "first photograph alone; best: best pair, its rate widened by the number of pairs; mean: mean of "
            "the vectors; both: the better of the two by a weighted bound (shipped); observed over stated: "
            "strangers with n photographs enrolled; the common mean that is taken away is of the same people"
        ),
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {"people": int(people.max()) + 1, "photographs": len(usable)},
        "metrics": measured,
    }


class _Draws:
    """Galleries and probes drawn from the photographs of a set."""

    def __init__(self, embedded: Embedded, usable: NDArray[np.int64], people: People) -> None:
        self._vectors = embedded.vectors[usable].astype(np.float64)
        self._quality = embedded.quality[usable]
        self._people = people
        self._rows = [np.flatnonzero(people == person) for person in range(people.max() + 1)]

    def enrolled(self, count: int, seed: int, *, mistaken: bool = False) -> Drawn:
        """Return a gallery of up to ``count`` photographs of each person and single probes."""
        random = np.random.default_rng(seed)
        gallery, probes = [], []
        for person, rows in enumerate(self._rows):
            order = random.permutation(rows)
            own = order[:count].copy()
            probes += [self.of(person, [row]) for row in order[count:]]
            if mistaken and len(own) > 1:
                own[0] = random.choice(np.flatnonzero(self._people != person))
            gallery.append(self.of(person, own))
        return gallery, probes

    def probes(self, count: int, seed: int) -> Drawn:
        """Return a gallery of one photograph of each person and probes of ``count`` photographs."""
        random = np.random.default_rng(seed)
        gallery, probes = [], []
        for person, rows in enumerate(self._rows):
            order = random.permutation(rows)
            gallery.append(self.of(person, order[:1]))
            if len(order) > count:
                probes.append(self.of(person, order[1 : count + 1]))
        return gallery, probes

    def with_faulty(self, faulty: dict[int, PhotoSet]) -> Drawn:
        """Return a gallery with the first photograph and a faulty second one; probes from the third on."""
        gallery, probes = [], []
        for person, rows in enumerate(self._rows):
            clear = self.of(person, rows[:1])
            damaged = faulty.get(person)
            gallery.append(clear.with_more(damaged) if damaged else clear)
            probes += [self.of(person, [row]) for row in rows[2:] if damaged]
        return gallery, probes

    def of(self, person: int, rows: Any) -> PhotoSet:
        """Return these photographs as one set of a person."""
        return PhotoSet(
            person, self._vectors[rows], self._quality[rows], frozenset(self._people[rows].tolist())
        )


def _mean_of(draw: Callable[[int], Drawn], calibration: Calibration) -> dict[str, Any]:
    """Return the mean of each figure over the draws."""
    rows = [_measure(*draw(seed), calibration) for seed in range(DRAWS)]
    return {"probes": len(draw(0)[1])} | {
        way: {key: round(float(np.mean([row[way][key] for row in rows])), 5) for key in rows[0][way]}
        for way in rows[0]
    }


def _measure(
    gallery: list[PhotoSet], probes: list[PhotoSet], calibration: Calibration, *, weighted: bool = False
) -> dict[str, dict[str, float]]:
    compared = compare_sets(gallery, probes, calibration, weighted=weighted)
    same = np.array([probe.person for probe in probes])[:, None] == [each.person for each in gallery]
    doubtful = ~same & (compared.highest > LABEL_ERROR_FROM)
    shared = np.array([[bool(each.shown & probe.shown) for each in gallery] for probe in probes])
    strangers = ~same & ~doubtful & ~shared
    several = np.array([len(each.vectors) for each in gallery]) == max(len(each.vectors) for each in gallery)
    answer = {}
    for way, rates in compared.rates.items():
        alike = -np.log10(rates) + 1e-6 * compared.highest  # rates end at a floor; there the score tells
        mates, others = alike[same], np.where(strangers, alike, -np.inf)
        ranks = (others > mates[:, None]).sum(axis=1) + 1
        found = rates[:, several][strangers[:, several]]
        answer[way] = {
            **{
                f"fnir_at_fpir_{key}": metrics.fnir_at_fpir(mates, ranks, others.max(axis=1), rate).fnmr
                for key, rate in FALSE_POSITIVES.items()
            },
            "rank1": metrics.rank_k(ranks, 1),
            **{f"observed_over_stated_{key}": float(np.mean(found <= at)) / at for key, at in STATED.items()},
        }
    return answer


def _faulty(
    arguments: argparse.Namespace,
    photographs: list[LabelledPhotograph],
    draws: _Draws,
    calibration: Calibration,
    progress: ProgressLike,
) -> dict[str, Any]:
    """Measure two enrolled photographs of which one is faulty, and two as a probe, weighted and not."""
    faulty = dict(_faulty_seconds(photographs, arguments.embedder, progress))
    gallery, probes = draws.with_faulty(faulty)
    enrolled = [each for each in gallery if len(each.vectors) > 1]
    # the other way round: the clear and the faulty one are the probe, one of the others is enrolled
    firsts = {probe.person: probe for probe in reversed(probes)}
    turned = [firsts.get(each.person, each) for each in gallery]
    pairs = [each for each in enrolled if each.person in firsts]
    answer: dict[str, Any] = {}
    for name, (held, asked) in {"enrolled": (gallery, probes), "probe": (turned, pairs)}.items():
        for weighted in (False, True):
            key = f"one_of_two_faulty.{name}{'_weighted_by_quality' if weighted else ''}"
            measured = _measure(held, asked, calibration, weighted=weighted)
            answer[key] = {"probes": len(asked)} | {
                way: {figure: round(value, 5) for figure, value in figures.items()}
                for way, figures in measured.items()
            }
    return answer


def _faulty_seconds(
    photographs: list[LabelledPhotograph], embedder: str, progress: ProgressLike
) -> Iterator[tuple[int, PhotoSet]]:
    """Yield, for each person with three photographs, the second with a fault; refused ones are left out."""
    names = sorted({each.person for each in photographs})
    own = {name: [each.path for each in photographs if each.person == name] for name in names}
    chosen = [(number, own[name][1]) for number, name in enumerate(names) if len(own[name]) > 2]
    yield from with_one_fault(progress.track(chosen, len(chosen), "faulty"), embedder)
