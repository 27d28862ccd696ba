"""Slaps are enrolled as their fingers; what speaks against the stated fingers stops the enrolment."""

from functools import lru_cache

import pytest
from sqlalchemy import func, select

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition, Impression, Modality
from datasets.synthetic.fingerprints import encode_png
from datasets.synthetic.slaps import slap
from enroll.content import SampleInput
from enroll.enrolment import accept, recapture
from enroll.errors import MissingFingerUnknown
from enroll.parts import WorkerParts
from enroll.processing import process
from enroll.slap_extraction import extract_slap
from matcher.search import identify
from records.access import Officer, Role
from records.enrolments import EnrolmentStatus, set_progress
from records.retention import erase_person
from records.samples import Sample, Slap, samples_of_enrolment
from records.tables import SampleRow
from records.templates import templates_of_person
from tests.integration.enroll.conftest import new_officer
from tests.integration.enroll.people import enrol, fingerprint, request

INDEX, MIDDLE, RING, LITTLE = (FingerPosition(position) for position in (2, 3, 4, 5))


@lru_cache(maxsize=16)
def image(
    person: int,
    hand: Hand,
    kind: SlapKind = SlapKind.FOUR_FINGERS,
    gone: frozenset[FingerPosition] = frozenset(),
) -> bytes:
    return encode_png(slap(person, kind, hand, gone).pixels)


def slap_input(
    person: int,
    stated: SlapPosition = SlapPosition.RIGHT_FOUR,
    hand: Hand = Hand.RIGHT,
    missing: tuple[FingerPosition, ...] = (),
    gone: tuple[FingerPosition, ...] = (),
    *,
    hand_checked: bool = False,
) -> SampleInput:
    """A slap of a hand, with what the sender states of it; ``gone`` are the fingers really not there."""
    kind = SlapKind.TWO_THUMBS if stated is SlapPosition.TWO_THUMBS else SlapKind.FOUR_FINGERS
    return SampleInput(
        image(person, hand, kind, frozenset(gone)),
        Modality.FINGER,
        dpi=500,
        slap=Slap(stated, missing, hand_checked),
    )


def samples(parts: WorkerParts, enrolment_id: object) -> tuple[Sample, ...]:
    with parts.database.transaction() as session:
        return samples_of_enrolment(session, enrolment_id)  # type: ignore[arg-type]


def codes(problems: object) -> list[str]:
    return [problem["code"] for problem in problems]  # type: ignore[attr-defined]


def test_slaps_alone_enrol_their_fingers_and_are_erased_with_them(
    parts: WorkerParts, officer: Officer
) -> None:
    done = enrol(parts, officer, "slaps", [slap_input(301), slap_input(301, SlapPosition.TWO_THUMBS)])
    assert done.status is EnrolmentStatus.COMPLETE
    assert not done.problems
    kept = samples(parts, done.id)
    slaps = [sample for sample in kept if sample.slap]
    fingers = {sample.position: sample for sample in kept if sample.cut}
    assert sorted(sample.slap.position for sample in slaps if sample.slap) == [13, 15]
    assert sorted(fingers) == [1, 2, 3, 4, 5, 6]
    origin = fingers[INDEX].cut
    assert origin is not None
    assert origin.slap_id in {sample.id for sample in slaps}
    assert {sample.person_id for sample in kept} == {done.person_id}
    assert done.person_id is not None
    with parts.database.transaction() as session:
        templates = templates_of_person(session, done.person_id)
        parts.follower.catch_up(session)
    assert {item.sample_id for item in templates} == {sample.id for sample in fingers.values()}
    alone = fingerprint(301, RING)
    probe = parts.engines.extract(alone.data, Modality.FINGER, position=RING, dpi=500)
    assert identify(parts.gallery, [probe]).candidates[0].subject == done.person_id

    stored = len(list(parts.store.keys()))
    eraser = new_officer(parts.database, "eraser29", Role.SUPERVISOR, "29")
    with parts.database.transaction() as session:
        erase_person(session, parts.store, eraser, done.person_id, "Ordered by the court")
    with parts.database.transaction() as session:
        left = session.scalar(select(func.count()).where(SampleRow.id.in_([sample.id for sample in kept])))
    assert left == 0
    assert stored - len(list(parts.store.keys())) == 2 * len(kept)  # images and their thumbnails


def test_an_interrupted_attempt_leaves_one_set_of_fingers(parts: WorkerParts, officer: Officer) -> None:
    accepted = accept(parts.database, parts.store, officer, request("again", [slap_input(302)])).enrolment
    with parts.database.transaction() as session:
        set_progress(session, accepted.id, 0, 4, EnrolmentStatus.PROCESSING)
    (whole,) = samples(parts, accepted.id)
    first, second = (extract_slap(parts, accepted.id, whole) for _ in range(2))
    assert first is not None
    assert second is not None
    assert [sample.id for sample, _ in first.usable] == [sample.id for sample, _ in second.usable]
    assert process(parts, accepted.id) is EnrolmentStatus.COMPLETE
    assert len(samples(parts, accepted.id)) == 5
    assert extract_slap(parts, accepted.id, whole) is None  # finished meanwhile: nothing may be touched


def test_rolled_prints_in_exchanged_boxes_are_said_once_and_never_renamed(
    parts: WorkerParts, officer: Officer
) -> None:
    swapped = [fingerprint(303, INDEX, stated=MIDDLE), fingerprint(303, MIDDLE, stated=INDEX)]
    done = enrol(parts, officer, "swapped", [slap_input(303), *swapped])
    assert done.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert codes(done.problems) == ["slap_finger_swapped"]
    assert "right index finger and the right middle finger are exchanged" in done.problems[0]["message"]
    assert sorted(sample.position for sample in samples(parts, done.id) if sample.cut) == [2, 3, 4, 5]


def test_a_finger_given_twice_is_found_by_the_slap(parts: WorkerParts, officer: Officer) -> None:
    twice = [fingerprint(304, INDEX), fingerprint(304, INDEX, impression=1, stated=MIDDLE)]
    done = enrol(parts, officer, "rolled-twice", [slap_input(304), *twice])
    assert done.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert "finger_rolled_twice" in codes(done.problems)


def test_rolled_prints_in_order_confirm_a_slap(parts: WorkerParts, officer: Officer) -> None:
    in_order = [fingerprint(305, INDEX, impression=1), fingerprint(305, RING, impression=1)]
    done = enrol(parts, officer, "in-order", [slap_input(305), *in_order])
    assert done.status is EnrolmentStatus.COMPLETE
    assert not done.problems


def test_the_other_hand_is_said_and_a_person_may_overrule(parts: WorkerParts, officer: Officer) -> None:
    done = enrol(parts, officer, "hand", [slap_input(306, hand=Hand.LEFT)])
    assert done.status is EnrolmentStatus.NEEDS_RECAPTURE
    assert codes(done.problems) == ["slap_other_hand"]
    checked = enrol(parts, officer, "hand-checked", [slap_input(306, hand=Hand.LEFT, hand_checked=True)])
    assert checked.status is EnrolmentStatus.COMPLETE


def test_exchanged_hands_are_found_by_the_single_prints(parts: WorkerParts, officer: Officer) -> None:
    left = [fingerprint(307, position, stated=position - 5) for position in (7, 8, 9)]
    right_slap_given_with_left_prints = [slap_input(307), *left]
    done = enrol(parts, officer, "no-match", right_slap_given_with_left_prints)
    assert done.status is EnrolmentStatus.COMPLETE  # prints that match nothing are no objection
    both = [slap_input(308), *(fingerprint(308, position, stated=position + 5) for position in (2, 3, 4))]
    done = enrol(parts, officer, "exchanged", both)
    assert codes(done.problems) == ["slap_hands_exchanged"]
    assert done.status is EnrolmentStatus.NEEDS_RECAPTURE


def test_a_missing_finger_leaves_its_name_out(parts: WorkerParts, officer: Officer) -> None:
    stated = enrol(parts, officer, "amputated", [slap_input(309, missing=(RING,), gone=(RING,))])
    assert not stated.problems
    assert sorted(sample.position for sample in samples(parts, stated.id) if sample.cut) == [2, 3, 5]


def test_a_finger_that_is_not_seen_is_said_and_the_others_are_enrolled(
    parts: WorkerParts, officer: Officer
) -> None:
    done = enrol(parts, officer, "not-seen", [slap_input(310, gone=(LITTLE,))])
    assert done.status is EnrolmentStatus.COMPLETE
    assert codes(done.problems) == ["slap_fingers_not_found"]
    assert "right little finger" in done.problems[0]["message"]


def test_a_missing_finger_of_the_other_hand_is_refused(parts: WorkerParts, officer: Officer) -> None:
    wrong = slap_input(301, missing=(FingerPosition.LEFT_RING,))
    with pytest.raises(MissingFingerUnknown) as refused:
        accept(parts.database, parts.store, officer, request("wrong-missing", [wrong]))
    assert refused.value.facts["file"] == "slap_right_four"


def test_a_plain_finger_beside_its_slap_is_welcome(parts: WorkerParts, officer: Officer) -> None:
    single = SampleInput(fingerprint(311, INDEX, 1).data, Modality.FINGER, INDEX, Impression.PLAIN, 500)
    done = enrol(parts, officer, "beside", [slap_input(311), single])
    assert not done.problems
    assert done.status is EnrolmentStatus.COMPLETE


def test_a_new_slap_replaces_all_slaps_and_leaves_the_single_prints(
    parts: WorkerParts, officer: Officer
) -> None:
    given_right = slap_input(312, hand=Hand.LEFT)
    held = enrol(parts, officer, "retaken", [given_right, fingerprint(312, 1)])
    assert held.status is EnrolmentStatus.NEEDS_RECAPTURE
    recapture(
        parts.database, parts.store, officer, held.id, [slap_input(312, SlapPosition.LEFT_FOUR, Hand.LEFT)]
    )
    assert process(parts, held.id) is EnrolmentStatus.COMPLETE
    kept = samples(parts, held.id)
    assert [sample.slap.position for sample in kept if sample.slap] == [SlapPosition.LEFT_FOUR]
    assert sorted(sample.position for sample in kept if not sample.slap) == [1, 7, 8, 9, 10]
