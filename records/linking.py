"""Joins candidates, known to the matcher by an opaque id, to persons and their visible encounters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from biometrics.template import FingerPosition, Modality
from matcher.candidates import Candidate, ReferenceScore, SearchResult
from records.access import Officer
from records.encounters import Encounter, encounters_of_persons
from records.kept_statements import among, kept
from records.persons import Person, persons_by_id
from records.search_values import FACE_POPULATION, read_candidate
from records.searches import SearchCandidate, SearchRecord, search_for
from records.tables import (
    EncounterRow,
    PersonRow,
    RetiredReferenceRow,
    SampleRow,
    SearchCandidateRow,
    SearchRow,
    TemplateRow,
)
from records.visibility import encounter_visible, person_visible, search_visible


@dataclass(frozen=True)
class LinkedPerson:
    """A person with what the officer may see of the record; faces are the newest first."""

    person: Person
    encounters: tuple[Encounter, ...]
    face_sample_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class LinkedEvidence:
    """One comparison behind a candidate; no ``sample_id`` when the sample is not the officer's to see."""

    probe_index: int
    modality: Modality
    position: FingerPosition
    score: float
    false_match_rate: float
    sample_id: UUID | None


@dataclass(frozen=True)
class LinkedCandidate:
    """A candidate with the person's record. Ranks are those of the search: an erased one leaves a gap."""

    rank: int
    score: float
    false_match_rate: float
    expected_strangers: float
    person: Person
    encounters: tuple[Encounter, ...]
    face_sample_ids: tuple[UUID, ...]
    evidence: tuple[LinkedEvidence, ...]
    training: bool
    interval: tuple[float, float] | None = None
    extrapolated: bool = False
    face_population: str | None = None


def link(
    session: Session, officer: Officer, search: SearchResult | SearchRecord | UUID
) -> list[LinkedCandidate]:
    """Return the candidates of a search with their records, best first.

    Candidates erased since, or no longer the officer's to see, are left out.
    """
    found = search_for(session, officer, search) if isinstance(search, UUID) else search
    candidates: Sequence[Candidate | SearchCandidate] = found.candidates
    subjects = [_subject(candidate) for candidate in candidates]
    persons = link_persons(session, officer, [subject for subject in subjects if subject])
    samples = _samples(session, officer, [score for item in candidates for score in item.evidence])
    linked = []
    for candidate, subject in zip(candidates, subjects, strict=True):
        if subject is not None and subject in persons:
            linked.append(_linked(candidate, persons[subject], samples, found.face_population))
    return linked


def first_candidates(
    session: Session, officer: Officer, search_ids: Sequence[UUID]
) -> dict[UUID, LinkedCandidate]:
    """Return, by search, the best candidate that `link` would return, without the evidence.

    Searches that the officer may not read, or in which nobody is left, are not in it.
    """
    rows = session.execute(
        select(SearchCandidateRow, SearchRow.outcome)
        .join(SearchRow, SearchRow.id == SearchCandidateRow.search_id)
        .join(PersonRow, PersonRow.id == SearchCandidateRow.person_id)
        .where(SearchRow.id.in_(search_ids), search_visible(officer), person_visible(officer))
        .order_by(SearchCandidateRow.search_id, SearchCandidateRow.rank)
        .ext(distinct_on(SearchCandidateRow.search_id))
    ).all()
    persons = link_persons(session, officer, [row.person_id for row, _ in rows if row.person_id])
    return {
        row.search_id: _linked(
            read_candidate(row), persons[row.person_id], {}, (outcome or {}).get(FACE_POPULATION)
        )
        for row, outcome in rows
        if row.person_id in persons
    }


def _subject(candidate: Candidate | SearchCandidate) -> UUID | None:
    return candidate.subject if isinstance(candidate, Candidate) else candidate.person_id


def _linked(
    candidate: Candidate | SearchCandidate,
    record: LinkedPerson,
    samples: dict[int, UUID],
    face_population: str | None,
) -> LinkedCandidate:
    evidence = tuple(
        LinkedEvidence(
            probe_index=score.probe_index,
            modality=score.modality,
            position=score.position,
            score=score.score,
            false_match_rate=score.false_match_rate,
            sample_id=samples.get(score.reference_id),
        )
        for score in candidate.evidence
    )
    return LinkedCandidate(
        rank=candidate.rank,
        score=candidate.score,
        false_match_rate=candidate.false_match_rate,
        expected_strangers=candidate.expected_strangers,
        person=record.person,
        encounters=record.encounters,
        face_sample_ids=record.face_sample_ids,
        evidence=evidence,
        training=record.person.details.training,
        interval=candidate.interval,
        extrapolated=candidate.extrapolated,
        face_population=face_population,
    )


def link_persons(session: Session, officer: Officer, person_ids: Sequence[UUID]) -> dict[UUID, LinkedPerson]:
    """Return the records of those persons the officer may see."""
    persons = persons_by_id(session, officer, person_ids)
    encounters = encounters_of_persons(session, officer, list(persons))
    faces = _faces(session, officer, list(persons))
    return {
        person_id: LinkedPerson(person, encounters.get(person_id, ()), faces.get(person_id, ()))
        for person_id, person in persons.items()
    }


def _faces(session: Session, officer: Officer, person_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    rows = session.execute(_faces_among(officer), {"persons": list(person_ids)})
    faces: dict[UUID, tuple[UUID, ...]] = {}
    for person_id, sample_id in rows:
        if person_id is not None:
            faces[person_id] = (*faces.get(person_id, ()), sample_id)
    return faces


@kept
def _faces_among(officer: Officer) -> Select[UUID | None, UUID]:
    return (
        select(SampleRow.person_id, SampleRow.id)
        .join(EncounterRow, EncounterRow.id == SampleRow.encounter_id)
        .where(
            among(SampleRow.person_id, "persons"),
            SampleRow.modality == Modality.FACE,
            encounter_visible(officer),
        )
        .order_by(EncounterRow.occurred_at.desc(), SampleRow.id.desc())
    )


def _samples(session: Session, officer: Officer, scores: Sequence[ReferenceScore]) -> dict[int, UUID]:
    wanted = list({score.reference_id for score in scores})
    return {row[0]: row[1] for row in session.execute(_samples_behind(officer), {"references": wanted})}


@kept
def _samples_behind(officer: Officer) -> Select[Any]:
    of_sample = union_all(
        select(TemplateRow.id, TemplateRow.sample_id).where(among(TemplateRow.id, "references")),
        select(RetiredReferenceRow.reference_id, RetiredReferenceRow.sample_id).where(
            among(RetiredReferenceRow.reference_id, "references")
        ),
    ).subquery()
    return (
        select(of_sample)
        .join(SampleRow, SampleRow.id == of_sample.c.sample_id)
        .join(EncounterRow, EncounterRow.id == SampleRow.encounter_id)
        .where(encounter_visible(officer))
    )
