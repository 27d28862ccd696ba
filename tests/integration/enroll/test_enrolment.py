"""From acceptance to a searchable person: once per reference, linked only after a person confirms."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from biometrics.errors import ImageUnreadable
from biometrics.template import FingerPosition, Modality
from enroll.confirmation import decide
from enroll.content import SampleInput
from enroll.enrolment import accept, recapture
from enroll.errors import NotACandidate, ReasonMissing, SameImageTwice, UnknownPosition
from enroll.parts import WorkerParts
from enroll.processing import process
from enroll.tasks import queue_health
from matcher.candidates import SearchResult
from matcher.search import identify
from records.access import Officer
from records.enrolments import (
    ConfirmationDecision,
    DuplicateReference,
    EnrolmentStatus,
    NotAwaitingConfirmation,
)
from records.persons import person_for
from tests.integration.enroll.people import enrol, face, fingerprint, request


def search(parts: WorkerParts, sample: SampleInput) -> SearchResult:
    with parts.database.transaction() as session:
        parts.follower.catch_up(session)
    template = parts.engines.extract(sample.data, sample.modality, position=sample.position, dpi=sample.dpi)
    return identify(parts.gallery, [template])


def test_an_enrolled_person_is_searchable_by_another_photo(parts: WorkerParts, officer: Officer) -> None:
    done = enrol(parts, officer, "astronaut", [face("astronaut")])
    assert done.status is EnrolmentStatus.COMPLETE
    assert done.person_number is not None
    assert done.person_number.startswith("29")
    assert done.steps_done == done.steps_total
    found = search(parts, face("astronaut"))
    assert found.candidates[0].subject == done.person_id
    assert found.candidates[0].false_match_rate < 1e-4


def test_the_same_request_again_is_the_same_enrolment(parts: WorkerParts, officer: Officer) -> None:
    first = accept(parts.database, parts.store, officer, request("twice", [fingerprint(3, 2)]))
    waiting = queue_health(parts.database).waiting
    again = accept(parts.database, parts.store, officer, request("twice", [fingerprint(3, 2)]))
    assert first.created
    assert not again.created
    assert again.enrolment.id == first.enrolment.id
    assert queue_health(parts.database).waiting == waiting
    with pytest.raises(DuplicateReference):
        accept(parts.database, parts.store, officer, request("twice", [fingerprint(3, 3)]))


def test_what_cannot_be_used_is_refused_before_anything_is_stored(
    parts: WorkerParts, officer: Officer
) -> None:
    before = len(list(parts.store.keys()))
    broken = SampleInput(b"a text file", Modality.FACE, part="face")
    with pytest.raises(ImageUnreadable) as refused:
        accept(parts.database, parts.store, officer, request("broken", [fingerprint(4, 1), broken]))
    assert refused.value.facts["file"] == "face"
    with pytest.raises(UnknownPosition):
        accept(parts.database, parts.store, officer, request("unknown", [fingerprint(4, 1, stated=0)]))
    copied = [fingerprint(4, 1), fingerprint(4, 1, stated=2)]
    with pytest.raises(SameImageTwice):
        accept(parts.database, parts.store, officer, request("copied", copied))
    assert len(list(parts.store.keys())) == before


def test_somebody_known_is_linked_only_after_a_person_confirms(parts: WorkerParts, officer: Officer) -> None:
    known = enrol(parts, officer, "known", [face("obama"), fingerprint(10, 2), fingerprint(10, 3)])
    assert known.status is EnrolmentStatus.COMPLETE
    by_face = enrol(parts, officer, "by face", [face("obama2")])
    by_finger = enrol(parts, officer, "by finger", [fingerprint(10, 3, impression=1)])
    for waiting, modality in ((by_face, "face"), (by_finger, "finger")):
        assert waiting.status is EnrolmentStatus.AWAITING_CONFIRMATION
        assert waiting.person_id is None
        assert [item["person_id"] for item in waiting.duplicates] == [str(known.person_id)]
        assert waiting.duplicates[0]["modalities"] == [modality]
    same = ConfirmationDecision.SAME_PERSON
    with pytest.raises(ReasonMissing):
        decide(parts.database, parts.follower, officer, by_face.id, same, known.person_id, "  ")
    with pytest.raises(NotACandidate):
        decide(parts.database, parts.follower, officer, by_face.id, same, by_face.id, "looks alike")
    done = decide(parts.database, parts.follower, officer, by_face.id, same, known.person_id, "same scar")
    assert done.status is EnrolmentStatus.COMPLETE
    assert done.person_id == known.person_id
    with pytest.raises(NotAwaitingConfirmation):
        decide(parts.database, parts.follower, officer, by_face.id, same, known.person_id, "again")
    with parts.database.transaction() as session:
        names = {name.text for name in person_for(session, officer, done.person_id).details.names}
    assert {"Training subject known", "Training subject by face"} <= names
    assert search(parts, face("obama3")).candidates[0].subject == known.person_id


def test_a_person_may_decide_that_the_enrolled_one_is_somebody_new(
    parts: WorkerParts, officer: Officer
) -> None:
    first = enrol(parts, officer, "first", [fingerprint(20, 1)])
    second = enrol(parts, officer, "second", [fingerprint(20, 1, impression=1)])
    assert second.status is EnrolmentStatus.AWAITING_CONFIRMATION
    done = decide(
        parts.database,
        parts.follower,
        officer,
        second.id,
        ConfirmationDecision.NEW_PERSON,
        None,
        "the card was mixed up",
    )
    assert done.status is EnrolmentStatus.COMPLETE
    assert done.person_id not in (None, first.person_id)


def test_one_finger_given_as_two_needs_new_captures(parts: WorkerParts, officer: Officer) -> None:
    mixed = [fingerprint(30, 2), fingerprint(30, 2, impression=1, stated=3)]
    stopped = enrol(parts, officer, "mixed", mixed)
    assert stopped.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert [problem["code"] for problem in stopped.problems] == ["same_finger_twice"]
    again = recapture(
        parts.database, parts.store, officer, stopped.id, [fingerprint(30, 2), fingerprint(30, 3)]
    )
    assert again.status is EnrolmentStatus.ACCEPTED
    assert process(parts, stopped.id) is EnrolmentStatus.COMPLETE


def test_swapped_fingers_are_found_and_reported(parts: WorkerParts, officer: Officer) -> None:
    known = enrol(parts, officer, "unswapped", [fingerprint(40, finger) for finger in (1, 2, 3)])
    swapped = [
        fingerprint(40, 1, impression=1),
        fingerprint(40, 2, impression=1, stated=3),
        fingerprint(40, 3, impression=1, stated=2),
    ]
    waiting = enrol(parts, officer, "swapped", swapped)
    assert waiting.status is EnrolmentStatus.AWAITING_CONFIRMATION
    assert waiting.duplicates[0]["person_id"] == str(known.person_id)
    assert [problem["code"] for problem in waiting.problems] == ["fingers_swapped"]


def test_mirrored_prints_of_somebody_known_need_new_captures(parts: WorkerParts, officer: Officer) -> None:
    enrol(parts, officer, "before the mirror", [fingerprint(77, position) for position in (2, 3, 7)])
    flipped = [mirrored(fingerprint(77, position, 1)) for position in (2, 3, 7)]
    stopped = enrol(parts, officer, "in the mirror", flipped)
    assert stopped.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert [problem["code"] for problem in stopped.problems] == ["prints_mirrored"]


def test_a_photo_of_two_faces_asks_which_one(parts: WorkerParts, officer: Officer) -> None:
    stopped = enrol(parts, officer, "two faces", [two_faces()])
    assert stopped.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert stopped.problems[0]["code"] == "several_faces_found"
    assert stopped.problems[0]["file"] == "face"


def test_a_finger_without_ridges_is_reported_and_the_others_go_on(
    parts: WorkerParts, officer: Officer
) -> None:
    done = enrol(parts, officer, "blank", [fingerprint(50, 1), blank_print(2)])
    assert done.status is EnrolmentStatus.COMPLETE
    assert [(problem["file"], problem["blocking"]) for problem in done.problems] == [("finger_2", False)]


def mirrored(sample: SampleInput) -> SampleInput:
    image = cv2.imdecode(np.frombuffer(sample.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return replace(sample, data=cv2.imencode(".png", image[:, ::-1])[1].tobytes())


def two_faces() -> SampleInput:
    one = Image.open(io.BytesIO(face("biden").data)).convert("RGB").resize((300, 400))
    row = Image.new("RGB", (600, 400))
    row.paste(one, (0, 0))
    row.paste(one, (300, 0))
    buffer = io.BytesIO()
    row.save(buffer, "JPEG")
    return SampleInput(buffer.getvalue(), Modality.FACE, part="face")


def blank_print(position: int) -> SampleInput:
    image = np.full((480, 400), 250, np.uint8)
    return SampleInput(
        cv2.imencode(".png", image)[1].tobytes(), Modality.FINGER, FingerPosition(position), dpi=500
    )
