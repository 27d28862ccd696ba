"""Searches the whole gallery for people who may be the enrolled one, by face, by fingers, and by both."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from biometrics.template import Modality, Template
from enroll.content import sample_label
from enroll.parameters import ENROLL
from enroll.whole_gallery import require_whole
from matcher.candidates import Candidate, ReferenceScore, SearchResult
from matcher.fusion import decibans, fisher
from matcher.mirroring import identify_either_way
from matcher.searching import Searchable
from matcher.swaps import Misplaced, misplaced, of_other_hand
from records.samples import Sample
from records.tags import same_kind


@dataclass(frozen=True)
class Duplicate:
    """Somebody known who may be the enrolled person.

    Attributes:
        modalities: Which of face and finger say so on their own or together.
        face_population: Whose rates those of faces are; None when no faces were compared.
        other_hand: The prints match this person's other hand, finger for finger.
        false_match_rate: Chance that one unrelated person of the gallery looks this alike.
    """

    subject: UUID
    false_match_rate: float
    expected_strangers: float
    modalities: tuple[Modality, ...]
    evidence: tuple[ReferenceScore, ...]
    misplaced: tuple[Misplaced, ...]
    other_hand: bool = False
    face_population: str | None = None

    def as_dict(self, rank: int, samples: Sequence[Sample]) -> dict[str, Any]:
        """Return the form kept with the enrolment; ``samples`` are those of the probe, in order."""
        return {
            "person_id": str(self.subject),
            "rank": rank,
            "score": decibans(self.false_match_rate),
            "false_match_rate": self.false_match_rate,
            "expected_strangers": self.expected_strangers,
            "face_population": self.face_population,
            "modalities": [modality.value for modality in self.modalities],
            "evidence": [
                {
                    "probe_index": item.probe_index,
                    "sample_id": str(samples[item.probe_index].id),
                    "modality": item.modality.value,
                    "position": int(item.position),
                    "score": item.score,
                    "false_match_rate": item.false_match_rate,
                    "reference_id": item.reference_id,
                }
                for item in self.evidence
            ],
            "misplaced": [
                {
                    "file": sample_label(Modality.FINGER, item.stated),
                    "stated": int(item.stated),
                    "found": int(item.found),
                }
                for item in self.misplaced
            ],
        }


@dataclass(frozen=True)
class DuplicateSearch:
    """What one duplicate search found.

    Attributes:
        position: The gallery's position it was made at: what was added later was not seen.
        mirrored: Places of prints that match somebody of the gallery only when they are flipped.
    """

    position: int
    duplicates: tuple[Duplicate, ...] = field(default_factory=tuple)
    mirrored: tuple[int, ...] = ()


def search_duplicates(
    gallery: Searchable, probe: Sequence[Template], *, training: bool, added_after: int = 0
) -> DuplicateSearch:
    """Return the people of every partition who may be the probe's owner, most alike first.

    Face and fingers are searched apart as well as judged together: an old photograph must not
    hide matching fingers, and cards that were mixed up show as two different people. Training
    records are compared with training records only, and real ones with real ones. Of two prints of
    one finger (rolled, and in a slap) the better one is searched: the other would cost as much and
    is no independent evidence.

    Args:
        added_after: Look only at references that came with later changes than this.

    Raises:
        GalleryIncomplete: a part of the gallery did not answer, so nobody can be called new.
    """
    found: dict[Modality, SearchResult] = {}
    indices: dict[Modality, list[int]] = {}
    for modality in Modality:
        indices[modality] = [place for place in _best_of_each(probe) if probe[place].modality is modality]
        if indices[modality]:
            own = [probe[place] for place in indices[modality]]
            wanted = (same_kind(training), ENROLL.duplicates.candidates, added_after)
            found[modality] = (
                gallery.identify(own, *wanted) if added_after else identify_either_way(gallery, own, *wanted)
            )
            require_whole(found[modality])
    position = min((result.gallery_position for result in found.values()), default=0)
    searched = max((result.subjects_searched for result in found.values()), default=0)
    whose = found[Modality.FACE].face_population if Modality.FACE in found else None
    by_subject: dict[UUID, dict[Modality, Candidate]] = {}
    for modality, result in found.items():
        for candidate in result.candidates:
            by_subject.setdefault(candidate.subject, {})[modality] = candidate
    duplicates = [
        replace(_duplicate(subject, candidates, len(found), searched, probe, indices), face_population=whose)
        for subject, candidates in by_subject.items()
    ]
    mirrored = tuple(
        indices[modality][place] for modality, result in found.items() for place in result.mirrored
    )
    return DuplicateSearch(position, best(duplicates), mirrored)


def _best_of_each(probe: Sequence[Template]) -> list[int]:
    """Return the places of faces, of prints of unstated fingers, and of the best print of each finger."""
    chosen: dict[object, int] = {}
    for place, item in enumerate(probe):
        key: object = item.position or (place,)
        if key not in chosen or item.quality.value > probe[chosen[key]].quality.value:
            chosen[key] = place
    return sorted(chosen.values())


def best(duplicates: Sequence[Duplicate]) -> tuple[Duplicate, ...]:
    """Return the most alike of each person, of those alike enough to be asked about."""
    limits = ENROLL.duplicates
    alike = sorted(
        (
            item
            for item in duplicates
            if item.false_match_rate <= limits.rate and item.expected_strangers <= limits.expected_strangers
        ),
        key=lambda item: (item.false_match_rate, str(item.subject)),
    )
    first_of_each = {item.subject: item for item in reversed(alike)}
    return tuple(item for item in alike if first_of_each[item.subject] is item)[: limits.candidates]


def _duplicate(
    subject: UUID,
    candidates: dict[Modality, Candidate],
    modalities_searched: int,
    subjects_searched: int,
    probe: Sequence[Template],
    indices: dict[Modality, list[int]],
) -> Duplicate:
    rates = {modality: candidate.false_match_rate for modality, candidate in candidates.items()}
    readings = [*rates.values()]
    if len(rates) > 1:
        readings.append(fisher(list(rates.values())))
    # Face alone, fingers alone, both together: the best of up to three readings (Bonferroni).
    readings_possible = 1 if modalities_searched == 1 else 3
    rate = min(1.0, readings_possible * min(readings))
    evidence = tuple(
        _moved(item, indices[modality])
        for modality, candidate in candidates.items()
        for item in candidate.evidence
    )
    return Duplicate(
        subject=subject,
        false_match_rate=rate,
        expected_strangers=rate * subjects_searched,
        modalities=tuple(m for m in rates if rates[m] <= ENROLL.duplicates.rate) or tuple(rates),
        evidence=tuple(sorted(evidence, key=lambda item: item.false_match_rate)),
        misplaced=tuple(misplaced(probe, evidence)),
        other_hand=of_other_hand(probe, evidence),
    )


def _moved(item: ReferenceScore, places: Sequence[int]) -> ReferenceScore:
    """Return the comparison with its place among all templates of the probe."""
    return ReferenceScore(
        reference_id=item.reference_id,
        probe_index=places[item.probe_index],
        modality=item.modality,
        position=item.position,
        score=item.score,
        false_match_rate=item.false_match_rate,
    )
