"""From values of the records to the JSON of answers, for searches, verifications and enrolments."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.certainty import face_population_answer, face_search_answer, statement_of, threshold_answer
from api.notices import person_notices, reach_notices
from api.schemas.encounters import EncounterLine
from api.schemas.enrolments import DuplicateAnswer, EnrolmentAnswer
from api.schemas.marks import SearchedMinutiae
from api.schemas.notices import NoticeAnswer
from api.schemas.persons import PersonLine
from api.schemas.samples import QualityAnswer, SampleAnswer, image_link
from api.schemas.searches import (
    CandidateAnswer,
    DecisionAnswer,
    EvidenceAnswer,
    ProbeAnswer,
    SearchAnswer,
    SearcherAnswer,
    SearchLine,
    ThumbnailAnswer,
    VerificationAnswer,
)
from api.schemas.slaps import SlapAnswer
from biometrics.quality import Quality
from matcher.candidates import ReferenceScore
from matcher.parameters import MATCHER
from matcher.verify import Verification
from records.enrolments import Enrolment
from records.linking import LinkedCandidate, LinkedEvidence, LinkedPerson
from records.persons import Person
from records.samples import Sample
from records.search_values import FACE_POPULATION, FACE_RECALL, LEFT_OUT, THRESHOLD, UNCALIBRATED
from records.searches import Decision, SearchRecord
from records.stored_values import to_json

THUMBNAIL_SIDE_PX = 160


def search_line(record: SearchRecord) -> SearchLine:
    """Describe a search in one line."""
    return SearchLine(**_line(record))


def search_answer(
    record: SearchRecord,
    samples: Sequence[Sample],
    linked: Sequence[LinkedCandidate],
    qualities: Mapping[UUID, Quality] | None = None,
    fingers: Sequence[Sample] = (),
) -> SearchAnswer:
    """Describe a search with the candidates that this officer may see.

    Args:
        samples: The probes in order, then the slaps they were cut out of.
        fingers: All that was cut out of the slaps.
    """
    return SearchAnswer(
        **_line(record),
        filters=to_json(record.filters),
        subjects_searched=record.subjects_searched,
        references_searched=record.references_searched,
        gallery_position=record.gallery_position,
        shards_searched=record.shards_searched,
        shards_total=record.shards_total,
        face_search=face_search_answer(record.face_recall),
        face_population=face_population_answer(record.face_population),
        threshold=threshold_answer(record),
        elapsed_ms=record.elapsed_ms,
        probes=probe_answers(samples, qualities or {}, record.minutiae),
        slaps=SlapAnswer.all_of(samples, fingers),
        candidates=[_candidate(candidate, samples, rated=not record.uncalibrated) for candidate in linked],
        decisions=[decision_answer(decision) for decision in record.decisions],
        notices=notices_of(record),
        outcome=_outcome(record),
    )


def notices_of(record: SearchRecord) -> list[NoticeAnswer]:
    """Return what was noticed when the search was made: about the prints, and whom it could not reach."""
    noticed = [NoticeAnswer.model_validate(notice) for notice in (record.outcome or {}).get("notices", ())]
    return noticed + reach_notices(record.references_incomparable)


def decision_answer(decision: Decision) -> DecisionAnswer:
    """Describe a decision."""
    return DecisionAnswer(
        id=decision.id,
        person_id=decision.person_id,
        verdict=decision.verdict,
        reason=decision.reason,
        officer=SearcherAnswer(account_id=decision.officer_id, username=decision.officer_username),
        decided_at=decision.decided_at,
    )


def probe_answers(
    samples: Sequence[Sample],
    qualities: Mapping[UUID, Quality],
    minutiae: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> list[ProbeAnswer]:
    """Describe what was searched with, in order; slaps are described apart from their fingers."""
    searched = minutiae or {}
    return [
        ProbeAnswer(
            index=index,
            sample_id=sample.id,
            modality=sample.modality,
            position=sample.position,
            impression=sample.impression,
            slap_id=sample.cut.slap_id if sample.cut else None,
            image=image_link(sample.id),
            quality=QualityAnswer.of(qualities[sample.id]) if sample.id in qualities else None,
            minutiae=SearchedMinutiae.model_validate(searched[sample.id]) if sample.id in searched else None,
        )
        for index, sample in enumerate(samples)
        if sample.slap is None
    ]


def verification_answer(
    record: SearchRecord,
    person: Person | None,
    outcome: Verification,
    probes: list[ProbeAnswer],
    second_side: Sequence[UUID],
    slaps: list[SlapAnswer],
) -> VerificationAnswer:
    """Describe a verification.

    Args:
        second_side: Sample of each template that the probe was compared with, in its order.
    """
    return VerificationAnswer(
        id=record.id,
        created_at=record.created_at,
        purpose=record.purpose,
        case_number=record.case_number,
        score=outcome.score,
        false_match_rate=outcome.false_match_rate,
        false_match_rate_interval=outcome.interval,
        extrapolated=outcome.extrapolated,
        face_population=face_population_answer(outcome.face_population),
        statement=statement_of(outcome),
        notices=notices_of(record),
        person=PersonLine.of(person) if person else None,
        probes=probes,
        slaps=slaps,
        evidence=[_compared(line, second_side[line.reference_id]) for line in outcome.evidence],
    )


def enrolment_answer(
    enrolment: Enrolment, samples: Sequence[Sample], persons: Mapping[UUID, LinkedPerson]
) -> EnrolmentAnswer:
    """Describe an enrolment.

    Args:
        persons: The enrolled person and possible duplicates, as far as this officer may see them.
    """
    own = persons.get(enrolment.person_id) if enrolment.person_id else None
    return EnrolmentAnswer(
        id=enrolment.id,
        reference=enrolment.reference,
        status=enrolment.status,
        steps_done=enrolment.steps_done,
        steps_total=enrolment.steps_total,
        problems=[dict(problem) for problem in enrolment.problems],
        duplicates=[
            _duplicate(duplicate, persons[UUID(str(duplicate["person_id"]))])
            for duplicate in enrolment.duplicates
            if UUID(str(duplicate["person_id"])) in persons
        ],
        samples=[SampleAnswer.of(sample) for sample in samples],
        slaps=SlapAnswer.all_of(samples, samples),
        person=_person_line(own) if own else None,
        person_id=enrolment.person_id,
        person_number=enrolment.person_number,
        encounter_id=enrolment.encounter_id,
        accepted_at=enrolment.created_at,
        completed_at=enrolment.completed_at,
    )


def _line(record: SearchRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "created_at": record.created_at,
        "officer": SearcherAnswer(account_id=record.officer_id, username=record.officer_username),
        "purpose": record.purpose,
        "case_number": record.case_number,
        "candidates_found": len(record.candidates),
        "decisions_made": len(record.decisions),
        "uncalibrated": record.uncalibrated,
        "href": f"/v1/searches/{record.id}",
    }


def _outcome(record: SearchRecord) -> dict[str, Any] | None:
    told_elsewhere = ("notices", FACE_RECALL, FACE_POPULATION, LEFT_OUT, THRESHOLD, UNCALIBRATED)
    return {
        name: value for name, value in (record.outcome or {}).items() if name not in told_elsewhere
    } or None


def _candidate(candidate: LinkedCandidate, samples: Sequence[Sample], *, rated: bool) -> CandidateAnswer:
    shown = next(iter(candidate.face_sample_ids), None)
    # Against a stranger a chance match may lie on any finger; of such a one nothing is said.
    likely = candidate.expected_strangers <= MATCHER.found_strangers
    return CandidateAnswer(
        rank=candidate.rank,
        score=candidate.score if rated else None,
        false_match_rate=candidate.false_match_rate if rated else None,
        expected_strangers=candidate.expected_strangers if rated else None,
        false_match_rate_interval=candidate.interval if rated else None,
        extrapolated=rated and candidate.extrapolated,
        person=PersonLine.of(candidate.person, shown),
        evidence=[_evidence(line, rated=rated) for line in candidate.evidence],
        encounters=[EncounterLine.of(encounter) for encounter in candidate.encounters],
        thumbnails=[
            ThumbnailAnswer(sample_id=sample_id, href=image_link(sample_id, THUMBNAIL_SIDE_PX))
            for sample_id in candidate.face_sample_ids
        ],
        notices=person_notices(samples, candidate.evidence) if likely else [],
    )


def _evidence(line: LinkedEvidence, *, rated: bool) -> EvidenceAnswer:
    return EvidenceAnswer(
        probe_index=line.probe_index,
        modality=line.modality,
        position=line.position,
        score=line.score,
        false_match_rate=line.false_match_rate if rated else None,
        sample_id=line.sample_id,
        image=image_link(line.sample_id) if line.sample_id else None,
    )


def _compared(line: ReferenceScore, sample_id: UUID) -> EvidenceAnswer:
    return EvidenceAnswer(
        probe_index=line.probe_index,
        modality=line.modality,
        position=line.position,
        score=line.score,
        false_match_rate=line.false_match_rate,
        sample_id=sample_id,
        image=image_link(sample_id),
    )


def _duplicate(duplicate: Mapping[str, Any], known: LinkedPerson) -> DuplicateAnswer:
    return DuplicateAnswer(
        person=_person_line(known),
        score=duplicate.get("score"),
        false_match_rate=duplicate.get("false_match_rate"),
        expected_strangers=duplicate.get("expected_strangers"),
        face_population=face_population_answer(duplicate.get("face_population")),
        modalities=list(duplicate.get("modalities", ())),
        evidence=[dict(line) for line in duplicate.get("evidence", ())],
        misplaced=[dict(line) for line in duplicate.get("misplaced", ())],
    )


def _person_line(known: LinkedPerson) -> PersonLine:
    return PersonLine.of(known.person, next(iter(known.face_sample_ids), None))
