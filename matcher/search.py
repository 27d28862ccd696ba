"""Identification: one probe of several templates against a gallery, ranked candidates out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition, Modality, Template
from matcher.averaging import Averages, Photograph
from matcher.candidates import Candidate, ReferenceScore, SearchResult
from matcher.coverage import covered
from matcher.errors import ProbeEmpty
from matcher.evidence import telling
from matcher.filters import EVERYTHING, TagFilter
from matcher.fusion import Compared, alone, decibans, fuse
from matcher.lanes import Lane, lanes_of
from matcher.parameters import MATCHER
from matcher.populations import together
from matcher.repeats import fingers_of
from matcher.shelf import Shelf
from matcher.uncertainty import Uncertainty, uncertainty_of

if TYPE_CHECKING:  # a gallery searches by this file
    from matcher.gallery import Gallery


def identify(
    gallery: "Gallery",
    probe: Sequence[Template],
    tag_filter: TagFilter = EVERYTHING,
    max_candidates: int = 20,
    added_after: int = 0,
) -> SearchResult:
    """Return the subjects most like the probe, best first, one candidate per subject.

    Every template is searched among the references it is comparable with. Each subject that a short
    list names is then compared with all templates of the probe, so that a person strong on one
    finger and weak on another is judged by both.

    Args:
        probe: Templates of one person; any mixture of face and fingers.
        added_after: Look only at references that came with changes numbered above this one.

    Raises:
        ProbeEmpty: no template was given.
        CalibrationMissing: the false-match rates of the probe's producer are unknown.
    """
    if not probe:
        raise ProbeEmpty("Give at least one face or fingerprint to search with.")
    with gallery.reading():
        search = _Search(gallery, probe, tag_filter, added_after)
        search.shortlist(max_candidates)
        kept = max(MATCHER.completed_at_least, MATCHER.completed_per_candidate * max_candidates)
        ranked = search.ranked()[:kept]
        search.complete(ranked, any_position=False)
        search.average(ranked)
        ranked = search.ranked(ranked)
        search.complete(ranked[: MATCHER.crosschecked], any_position=True)
        return search.result(search.ranked(ranked)[:max_candidates])


class _Search:
    """The scores collected so far in one search; lives inside `Gallery.reading`."""

    def __init__(
        self, gallery: "Gallery", probe: Sequence[Template], tag_filter: TagFilter, added_after: int
    ) -> None:
        self._gallery = gallery
        self._probe = probe
        self._lanes = lanes_of(gallery, probe, tag_filter, added_after)
        self._averages = Averages(
            Photograph(lane.probe_index, lane.template, lane.shelf, lane.calibration) for lane in self._lanes
        )
        self._fingers = fingers_of(probe, gallery.new_index, gallery.calibrations)
        self._masks = {id(lane.shelf): lane.allowed for lane in self._lanes}
        self._owned: dict[tuple[int, int], list[int]] = {}
        # subject -> (lane, row) -> comparison
        self._comparisons: dict[int, dict[tuple[int, int], ReferenceScore]] = {}
        self._counts: dict[int, list[Compared]] = {}
        self._places: dict[int, tuple[float, float, int]] = {}

    def shortlist(self, max_candidates: int) -> None:
        """Search every template until no reference left out can belong to a better candidate.

        Photographs are searched one by one. A mean can be more alike than each of its photographs, never
        so much that a person worth proposing would be missing here (docs/face.md).
        """
        for index, lane in enumerate(self._lanes):
            limit = max_candidates * MATCHER.rows_per_candidate
            listing = lane.begin()
            rows, scores = listing(limit)
            while len(rows) == limit and self._surely(lane, rows, scores) < max_candidates:
                limit *= 2
                rows, scores = listing(limit)
            self._take(index, lane, rows, scores)

    def complete(self, subjects: Sequence[int], *, any_position: bool) -> None:
        """Compare the subjects' references with every template they were not compared with yet."""
        for index, lane in enumerate(self._lanes):
            rows = [
                row
                for subject in subjects
                for row in self._rows(lane.shelf, subject)
                if (index, row) not in self._comparisons[subject] and (any_position or lane.fits(row))
            ]
            if rows:
                wanted = np.asarray(rows, dtype=np.int64)
                template = lane.template
                scores = lane.shelf.index.score_rows(
                    template.payload, template.position, wanted, thorough=lane.thorough
                )
                self._take(index, lane, wanted, scores)

    def average(self, subjects: Sequence[int]) -> None:
        """Compare several photographs of one face, the probe's or the subject's, as one too."""
        for subject in subjects:
            for place, rate in self._averages.rates(partial(self._rows, subject=subject)).items():
                counts = self._compared(subject)
                counts[place] = replace(counts[place], averaged=rate)
                self._places.pop(subject, None)

    def ranked(self, subjects: Iterable[int] | None = None) -> list[int]:
        """Return subjects by what is known of them so far, most alike first."""
        chosen = self._comparisons if subjects is None else subjects
        return sorted(chosen, key=self._sort_key)

    def result(self, ranked: Sequence[int]) -> SearchResult:
        """Build the answer from the subjects to propose, already in order."""
        coverage = covered(
            self._gallery.shelves,
            {lane.key: (lane.shelf, lane.allowed) for lane in self._lanes},
            (template.modality for template in self._probe),
            self._gallery.subjects_known,
        )
        candidates = []
        for rank, subject in enumerate(ranked, start=1):
            evidence = list(self._comparisons[subject].values())
            rate, unlike, _ = self._sort_key(subject)
            sure = self._uncertainty(subject, rate)
            candidates.append(
                Candidate(
                    rank=rank,
                    subject=self._gallery.subject(subject),
                    score=decibans(rate),
                    false_match_rate=rate,
                    expected_strangers=rate * coverage.subjects_searched,
                    evidence=telling(evidence, [template.position for template in self._probe]),
                    total_score=-unlike,
                    interval=sure.interval,
                    extrapolated=sure.extrapolated,
                )
            )
        return SearchResult(
            candidates=tuple(candidates),
            subjects_searched=coverage.subjects_searched,
            references_searched=coverage.references_searched,
            gallery_position=self._gallery.position,
            references_incomparable=coverage.references_incomparable,
            face_recall=coverage.face_recall,
            face_population=together(
                lane.calibration.population for lane in self._lanes if lane.template.modality is Modality.FACE
            ),
            repeated=self._fingers.repeated,
        )

    def _uncertainty(self, subject: int, rate: float) -> Uncertainty:
        measured = [
            (item, self._lanes[lane].calibration) for (lane, _), item in self._comparisons[subject].items()
        ]
        return uncertainty_of(measured, self._compared(subject), rate)

    def _sort_key(self, subject: int) -> tuple[float, float, int]:
        if subject not in self._places:
            evidence = self._comparisons[subject].values()
            rate = fuse(list(evidence), self._compared(subject))
            # Rates end at a floor; there the plain scores still tell which of two is more alike.
            total = sum(item.score for item in evidence)
            self._places[subject] = (rate, -total, self._gallery.subject(subject).int)
        return self._places[subject]

    def _take(self, index: int, lane: Lane, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
        shelf = lane.shelf
        rates = lane.calibration.false_match_rates(scores)
        columns = (
            rows,
            shelf.subjects[rows],
            shelf.reference_ids[rows],
            shelf.positions[rows],
            scores,
            rates,
        )
        for row, owner, reference_id, position, score, rate in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            self._places.pop(owner, None)
            self._comparisons.setdefault(owner, {})[index, row] = ReferenceScore(
                reference_id=reference_id,
                probe_index=lane.probe_index,
                modality=lane.template.modality,
                position=FingerPosition(position),
                score=score,
                false_match_rate=rate,
            )

    def _surely(self, lane: Lane, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> int:
        """Return how many subjects of a short list are ahead of all that it left out.

        A subject left out has no score above the last one; its rate is at least that score's,
        while one on the list pays for all of its references, and dearly for a finger not stated.
        """
        rates = lane.calibration.false_match_rates(scores)
        best: dict[int, float] = {}
        fitting: dict[int, float] = {}
        for row, owner, rate in zip(rows, lane.shelf.subjects[rows].tolist(), rates.tolist(), strict=True):
            best.setdefault(owner, rate)
            if owner not in fitting and lane.fits(row):
                fitting[owner] = rate
        return sum(
            alone(rate, fitting.get(owner), self._compared(owner)[lane.probe_index]) <= rates[-1]
            for owner, rate in best.items()
        )

    def _rows(self, shelf: Shelf, subject: int) -> list[int]:
        key = (id(shelf), subject)
        if key not in self._owned:
            rows, allowed = shelf.rows_of(subject), self._masks[id(shelf)]
            self._owned[key] = (rows if allowed is None else rows[allowed[rows]]).tolist()
        return self._owned[key]

    def _compared(self, subject: int) -> list[Compared]:
        if subject not in self._counts:
            counts = [
                Compared(template.position, 0, 0, number, template.quality.value)
                for template, number in zip(self._probe, self._fingers.numbers, strict=True)
            ]
            for lane in self._lanes:
                rows, known = self._rows(lane.shelf, subject), counts[lane.probe_index]
                fitting = known.fitting + sum(lane.fits(row) for row in rows)
                counts[lane.probe_index] = replace(
                    known, fitting=fitting, any_position=known.any_position + len(rows)
                )
            self._counts[subject] = counts
        return self._counts[subject]
