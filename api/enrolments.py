"""Takes in an arrested person: the request's record and files become an accepted enrolment and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from api.answers import enrolment_answer
from api.extraction import check_captures
from api.lifespan import Parts
from api.schemas.enrolments import CapturedFiles, ConfirmationBody, EnrolmentAnswer, EnrolmentRecord
from api.schemas.samples import Capture
from api.sketches import refuse_sketches
from api.uploads import ProbeFile
from biometrics.template import Impression
from enroll.confirmation import decide as carry_out
from enroll.content import EnrolmentRequest, SampleInput
from enroll.enrolment import accept, recapture
from records.access import Officer
from records.enrolments import Enrolment, enrolment_for
from records.linking import link_persons
from records.samples import samples_of_enrolment

_AS_SENT = Capture()


@dataclass(frozen=True)
class Taken:
    """An enrolment as answered, and whether this request created it or repeated an earlier one."""

    answer: EnrolmentAnswer
    created: bool


def take(parts: Parts, officer: Officer, record: EnrolmentRecord, files: Sequence[ProbeFile]) -> Taken:
    """Accept an enrolment; the workers process it, and nothing acknowledged here can be lost.

    Raises:
        InputRejected: the record or a file cannot be used, or the law does not allow the capture.
        DuplicateReference: the reference was used with another content.
    """
    check_captures(files, record.captures)
    refuse_sketches(record.captures, "enrolled")
    request = EnrolmentRequest(
        reference=record.reference,
        person=record.person.to_details(),
        encounter=record.encounter.to_details(),
        samples=[_sample(file, record) for file in files],
        unknown_position_intended=record.unknown_position_intended,
    )
    with parts.capacity.turn():
        accepted = accept(parts.database, parts.images, officer, request, parts.image_limits)
    return Taken(describe(parts, officer, accepted.enrolment), accepted.created)


def read(parts: Parts, officer: Officer, enrolment_id: UUID) -> EnrolmentAnswer:
    """Return an enrolment that the officer may see."""
    with parts.database.transaction() as session:
        enrolment = enrolment_for(session, officer, enrolment_id)
    return describe(parts, officer, enrolment)


def decide(parts: Parts, officer: Officer, enrolment_id: UUID, body: ConfirmationBody) -> EnrolmentAnswer:
    """Carry out what the officer decided about somebody alike who is already known."""
    parts.ready_gallery()  # a new person is searched for once more before becoming one
    with parts.capacity.turn():
        enrolment = carry_out(
            parts.database,
            parts.follower,
            officer,
            enrolment_id,
            body.decision,
            body.person_id,
            body.reason,
        )
    return describe(parts, officer, enrolment)


def replace_samples(
    parts: Parts,
    officer: Officer,
    enrolment_id: UUID,
    captured: CapturedFiles,
    files: Sequence[ProbeFile],
) -> EnrolmentAnswer:
    """Replace the samples of an enrolment that needs better ones; it is processed again."""
    check_captures(files, captured.captures)
    refuse_sketches(captured.captures, "enrolled")
    with parts.capacity.turn():
        enrolment = recapture(
            parts.database,
            parts.images,
            officer,
            enrolment_id,
            [_sample(file, captured) for file in files],
            parts.image_limits,
            unknown_position_intended=captured.unknown_position_intended,
        )
    return describe(parts, officer, enrolment)


def describe(parts: Parts, officer: Officer, enrolment: Enrolment) -> EnrolmentAnswer:
    """Describe an enrolment; persons that the officer may not see are left out."""
    wanted = {UUID(str(duplicate["person_id"])) for duplicate in enrolment.duplicates}
    if enrolment.person_id:
        wanted.add(enrolment.person_id)
    with parts.database.transaction() as session:
        persons = link_persons(session, officer, sorted(wanted))
        samples = samples_of_enrolment(session, enrolment.id)
    return enrolment_answer(enrolment, samples, persons)


def _sample(file: ProbeFile, record: CapturedFiles) -> SampleInput:
    capture = record.captures.get(file.part, _AS_SENT)
    return SampleInput(
        data=file.data,
        modality=file.modality,
        position=file.position,
        impression=Impression.PLAIN if file.slap else capture.impression,
        dpi=capture.dpi,
        face_index=record.face_index if file.part == "face" else None,
        slap=capture.slap(file.slap),
        part=file.part,
    )
