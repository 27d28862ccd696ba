"""Searches single prints in a gallery of real fingers and distractors, and says what came of each probe."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_samples import Extracted, PrintSet
from benchmarks.progress import ProgressLike
from biometrics.template import FingerPosition
from matcher.fingerprint.index import FingerprintIndex

CANDIDATES = 100
UNKNOWN = FingerPosition.UNKNOWN

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Templates:
    """The prints that gave a template.

    Attributes:
        finger: Number of each one's finger.
        first: Whether it is its finger's first impression, which is enrolled; the others are probes.
    """

    payloads: list[bytes]
    finger: Integers
    first: Mask

    @classmethod
    def of(cls, prints: PrintSet, extracted: Extracted) -> "Templates":
        """Leave out what could not be extracted."""
        kept = [place for place, payload in enumerate(extracted.payloads) if payload is not None]
        payloads = [payload for payload in extracted.payloads if payload is not None]
        return cls(payloads, prints.finger[kept], prints.first[kept])

    @property
    def probes(self) -> Integers:
        """Places of the probes."""
        return np.flatnonzero(~self.first)


@dataclass(frozen=True)
class Searched:
    """What came of each probe, and how large the gallery was.

    Attributes:
        finger: Number of the probe's finger.
        ranks: Rank of the mate, 0 where it is not among the candidates.
        mates: Score of the mate, -inf where it was not found.
        strangers: Best score of another finger in the gallery.
        real_strangers: Best score of any real impression of another finger, enrolled or not.
        listed: Whether the first stage handed the mate to full comparison.
        first_stage_s, search_s: Processor time of first stage and whole search, of all threads.
    """

    fingers: int
    finger: Integers
    ranks: Integers
    mates: Floats
    strangers: Floats
    real_strangers: Floats
    listed: Mask
    first_stage_s: Floats
    search_s: Floats

    def with_failures(self, count: int) -> "Searched":
        """Return the same with so many probes more that gave no template: never found, never alarming."""
        never = np.full(count, -np.inf)
        return replace(
            self,
            ranks=np.append(self.ranks, np.zeros(count, np.int64)),
            mates=np.append(self.mates, never),
            strangers=np.append(self.strangers, never),
            real_strangers=np.append(self.real_strangers, never),
            listed=np.append(self.listed, np.zeros(count, np.bool_)),
        )


@dataclass(frozen=True)
class _Outcome:
    rank: int
    mate: float
    stranger: float
    real_stranger: float
    listed: bool
    first_stage_s: float
    search_s: float


def search_all(templates: Templates, made: list[bytes], progress: ProgressLike) -> Searched:
    """Enrol the first impressions and the distractors, search every other impression."""
    enrolled = np.flatnonzero(templates.first)
    rows = {int(templates.finger[place]): row for row, place in enumerate(enrolled)}
    index, real = FingerprintIndex(), FingerprintIndex()
    for each, payloads in (
        (index, [templates.payloads[place] for place in enrolled]),
        (index, made),
        (real, templates.payloads),
    ):
        each.add(payloads, [UNKNOWN] * len(payloads))
    index.search(templates.payloads[0], UNKNOWN, None, 1)  # compiles what is not compiled yet
    outcomes = []
    for probe in progress.track(templates.probes, len(templates.probes), "searching"):
        finger = int(templates.finger[probe])
        others = np.flatnonzero(templates.finger != finger)
        outcomes.append(_search(index, real, templates.payloads[probe], rows.get(finger, -1), others))
    return Searched(
        len(index),
        templates.finger[templates.probes],
        np.array([each.rank for each in outcomes]),
        np.array([each.mate for each in outcomes]),
        np.array([each.stranger for each in outcomes]),
        np.array([each.real_stranger for each in outcomes]),
        np.array([each.listed for each in outcomes]),
        np.array([each.first_stage_s for each in outcomes]),
        np.array([each.search_s for each in outcomes]),
    )


def _search(
    index: FingerprintIndex, real: FingerprintIndex, payload: bytes, mate: int, others: Integers
) -> _Outcome:
    start = time.process_time()
    listed = index.short_list(payload, UNKNOWN, None, CANDIDATES)
    between = time.process_time()
    candidates, scores = index.search(payload, UNKNOWN, None, CANDIDATES)
    end = time.process_time()
    is_mate = candidates == mate
    return _Outcome(
        rank=int(np.argmax(is_mate)) + 1 if is_mate.any() else 0,
        mate=float(scores[is_mate].max(initial=-np.inf)),
        stranger=float(scores[~is_mate].max(initial=-np.inf)),
        real_stranger=float(real.score_rows(payload, UNKNOWN, others).max(initial=-np.inf)),
        listed=bool((listed == mate).any()),
        first_stage_s=between - start,
        search_s=end - between,
    )
