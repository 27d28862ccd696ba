"""Is the right person first among many, by one, two or ten fingers, sent as they should be or not?"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks import metrics
from benchmarks.distractor_file import distractor_payloads
from benchmarks.faulty_prints import extract_faulty
from benchmarks.finger_samples import extract_all, read_prints
from benchmarks.fused_rates import compare_all, missed, observed_over_stated
from benchmarks.person_probes import FINGERS, People, Probe, people_of, probes_of
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.remembering_index import RememberingIndex
from biometrics.template import FingerPosition, Modality
from matcher.candidates import Reference, SearchResult
from matcher.fingerprint.index import FingerprintIndex
from matcher.gallery import Gallery
from matcher.indexes import IndexFactory, TemplateIndex
from matcher.mirroring import identify_either_way
from matcher.swaps import misplaced, of_other_hand

FPIR = 1e-2
SEED = 20_240_101
CANDIDATES = 20
TIMED = 5
"""Searches of each kind made without remembered answers."""


@dataclass(frozen=True)
class Answered:
    """What came of one probe.

    Attributes:
        rank: Of the right person, 0 if not among the candidates.
        mate, stranger: Score of the right and of the best other person, -inf if there is none.
        expected: Strangers expected at the best other person's evidence.
    """

    rank: int
    mate: float
    stranger: float
    expected: float
    repeated: bool
    misplaced: int
    other_hand: bool
    mirrored: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--persons", type=int, default=0, help="invented persons of ten fingers each")
    parser.add_argument("--kept", type=Path, help="folder where invented fingers are kept between runs")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Enrol the first impressions and the invented persons, send all other impressions in many ways."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    faulty, faulty_quality = extract_faulty(prints.paths, arguments.dpi, SEED, progress)
    clear = compare_all(extracted.payloads, extracted.payloads, extracted.quality, progress)
    poor = compare_all(faulty, extracted.payloads, faulty_quality, progress)
    people = people_of(prints, extracted)
    sources = [payload for payload in extracted.payloads if payload is not None]
    count = FINGERS * arguments.persons
    invented = distractor_payloads(sources, count, SEED, arguments.kept, progress, arguments.processes)
    index = RememberingIndex()
    gallery = Gallery(_first(index))
    gallery.load(progress.track(_references(people, extracted.producer, invented), 0, "enrolling"), 1)
    probes = probes_of(people, SEED)
    answered = {name: _search_all(gallery, sent, name, progress) for name, sent in probes.items()}
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": PROTOCOL,
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {
            "persons": people.persons + arguments.persons,
            "fingers": len(index),
            "probes": {name: len(sent) for name, sent in probes.items()},
        },
        "metrics": {
            **{name: _summary(answers) for name, answers in answered.items()},
            "search_cpu_s": _times(gallery, index, probes),
            "observed_over_stated": observed_over_stated(prints, clear, SEED),
            "missed": missed(prints, {"as_taken": clear, "one_fault_each": poor}, clear, SEED),
            "failures_to_extract": len(extracted.reasons),
        },
    }


PROTOCOL = (
    "gallery: the first impressions of each database's ten fingers as one person's ten, and persons of ten"
    f" distractors made from the minutiae of the set (seed {SEED}); probes: the other impressions, one"
    " finger, two fingers (all pairs of one impression), all ten, ten with one missing, two stated as each"
    " other, one sent twice, the right hand alone stated as the left, and ten mirrored; positions are stated;"
    " a probe is found when its person is first and at or above the threshold that one search in a hundred's"
    " best other person reaches; times are processor time of one thread, median of some searches;"
    " observed_over_stated: persons of strangers drawn within one database, rates from pairs of strangers"
    " within each of the other databases; missed: mated persons above a stated rate,"
    " drawn likewise, with one fault done to each probe print"
)


def _references(people: People, producer: str, invented: Sequence[bytes]) -> Iterator[Reference]:
    number = 0
    for person in range(people.persons):
        for item in people.enrolled(person):
            number += 1
            subject = UUID(int=person + 1)
            yield Reference(number, subject, Modality.FINGER, producer, item.position, item.payload)
    for place, payload in enumerate(invented):
        subject = UUID(int=people.persons + 1 + place // FINGERS)
        position = FingerPosition(place % FINGERS + 1)
        yield Reference(number + 1 + place, subject, Modality.FINGER, producer, position, payload)


def _first(index: RememberingIndex) -> IndexFactory:
    """Give out this index for the gallery, and plain ones for comparing the prints of a probe."""
    waiting: list[TemplateIndex] = [index]
    return lambda _: waiting.pop() if waiting else FingerprintIndex()


def _search_all(
    gallery: Gallery, probes: Sequence[Probe], name: str, progress: ProgressLike
) -> list[Answered]:
    tracked = progress.track(probes, len(probes), f"searching: {name}")
    return [
        _answer(probe, identify_either_way(gallery, probe.prints, max_candidates=CANDIDATES))
        for probe in tracked
    ]


def _answer(probe: Probe, found: SearchResult) -> Answered:
    right = UUID(int=probe.person + 1)
    mate = next((item for item in found.candidates if item.subject == right), None)
    stranger = next((item for item in found.candidates if item.subject != right), None)
    evidence = mate.evidence if mate else ()
    return Answered(
        mate.rank if mate else 0,
        mate.score if mate else -np.inf,
        stranger.score if stranger else -np.inf,
        stranger.expected_strangers if stranger else np.inf,
        bool(found.repeated),
        len(misplaced(probe.prints, evidence)),
        of_other_hand(probe.prints, evidence),
        bool(found.mirrored),
    )


def _summary(answers: Sequence[Answered]) -> dict[str, float | None]:
    ranks = np.array([item.rank for item in answers])
    mates, strangers = (np.array([getattr(item, name) for item in answers]) for name in ("mate", "stranger"))
    point = metrics.fnir_at_fpir(mates, ranks, strangers, FPIR)
    expected = np.array([item.expected for item in answers])
    return {
        "rank1": metrics.rank_k(ranks, 1),
        "rank20": metrics.rank_k(ranks, CANDIDATES),
        "fnir_at_fpir_1e2": point.fnmr,
        "threshold_at_fpir_1e2": round(point.threshold, 2),
        "lowest_mate": round(float(mates.min()), 2) if np.isfinite(mates).all() else None,
        "strangers_expected_0.1_seen": float(np.mean(expected <= 0.1)),
        "said_repeated": float(np.mean([item.repeated for item in answers])),
        "said_misplaced": float(np.mean([item.misplaced > 0 for item in answers])),
        "said_other_hand": float(np.mean([item.other_hand for item in answers])),
        "said_mirrored": float(np.mean([item.mirrored for item in answers])),
    }


def _times(gallery: Gallery, index: RememberingIndex, probes: dict[str, list[Probe]]) -> dict[str, float]:
    times: dict[str, float] = {}
    for name in ("one_finger", "two_fingers", "ten_fingers", "mirrored"):
        spent = []
        step = max(1, len(probes[name]) // TIMED)
        for probe in probes[name][::step][:TIMED]:
            index.forget()
            begin = time.process_time()
            identify_either_way(gallery, probe.prints, max_candidates=CANDIDATES)
            spent.append(time.process_time() - begin)
        times[name] = round(float(np.median(spent)), 3)
    return times
