"""Who is proposed as the same person, and what is said about fingers on the wrong place."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from biometrics.template import FingerPosition, Impression, Modality
from core.clock import now
from enroll.duplicates import Duplicate, best, search_duplicates
from enroll.errors import GalleryIncomplete
from enroll.parameters import ENROLL
from enroll.placement import in_words, mirrored_problem, placement_problems
from matcher.candidates import SearchResult
from matcher.gallery import Gallery
from matcher.swaps import Misplaced
from records.samples import Sample, SampleRole
from tests.unit.matcher.plain_index import near, new_gallery, reference, template, vector

THUMB, INDEX, MIDDLE = FingerPosition(1), FingerPosition(2), FingerPosition(3)
REAL, TRAINING = {"training": 0}, {"training": 1}


def duplicate(
    subject: int, rate: float, strangers: float = 0.0, wrong: tuple[Misplaced, ...] = ()
) -> Duplicate:
    return Duplicate(UUID(int=subject), rate, strangers, (Modality.FINGER,), (), wrong)


def sample(position: FingerPosition) -> Sample:
    return Sample(
        id=UUID(int=int(position)),
        modality=Modality.FINGER,
        position=position,
        impression=Impression.PLAIN,
        dpi=500.0,
        media_type="image/png",
        bytes=1,
        sha256="0" * 64,
        role=SampleRole.ENROLMENT,
        person_id=None,
        encounter_id=None,
        enrolment_id=None,
        face_index=None,
        created_at=now(),
    )


def test_only_people_alike_enough_are_asked_about_most_alike_first() -> None:
    limits = ENROLL.duplicates
    chosen = best(
        [
            duplicate(1, limits.rate),
            duplicate(2, limits.rate * 1.1),
            duplicate(3, limits.rate / 10),
            duplicate(4, 1e-12, strangers=limits.expected_strangers * 2),
            duplicate(3, limits.rate / 100),
        ]
    )
    assert [(item.subject.int, item.false_match_rate) for item in chosen] == [
        (3, limits.rate / 100),
        (1, limits.rate),
    ]


def test_the_list_is_short() -> None:
    many = [duplicate(number, 1e-9) for number in range(50)]
    assert len(best(many)) == ENROLL.duplicates.candidates


def test_an_old_photo_does_not_hide_matching_fingers() -> None:
    gallery = new_gallery(
        [
            reference(1, 1, vector(50), tags=REAL),
            *(reference(10 + n, 1, vector(n), FingerPosition(n), tags=REAL) for n in (1, 2, 3)),
            *(
                reference(100 + n, 2 + n, vector(100 + n), FingerPosition(n % 10 + 1), tags=REAL)
                for n in range(60)
            ),
        ]
    )
    probe = [template(vector(51)), *(template(near(vector(n), n), FingerPosition(n)) for n in (1, 2, 3))]
    found = search_duplicates(gallery, probe, training=False)
    assert [item.subject.int for item in found.duplicates] == [1]
    assert found.duplicates[0].modalities == (Modality.FINGER,)
    fingers = {item.probe_index for item in found.duplicates[0].evidence if item.modality is Modality.FINGER}
    assert fingers == {1, 2, 3}


def test_mixed_up_cards_show_both_people() -> None:
    gallery = new_gallery(
        [reference(1, 1, vector(1), tags=REAL), reference(2, 2, vector(2), THUMB, tags=REAL)]
    )
    found = search_duplicates(gallery, [template(vector(1)), template(vector(2), THUMB)], training=False)
    assert {item.subject.int for item in found.duplicates} == {1, 2}


def test_training_and_real_records_never_meet() -> None:
    gallery = new_gallery([reference(1, 1, vector(1), tags=TRAINING), reference(2, 2, vector(1), tags=REAL)])
    for training, subject in ((True, 1), (False, 2)):
        found = search_duplicates(gallery, [template(vector(1))], training=training)
        assert [item.subject.int for item in found.duplicates] == [subject]


def test_a_swapped_pair_is_one_problem_and_a_lone_misplaced_print_another() -> None:
    wrong = (
        Misplaced(0, THUMB, INDEX, 1e-9),
        Misplaced(1, INDEX, THUMB, 1e-9),
        Misplaced(2, MIDDLE, FingerPosition.LEFT_MIDDLE, 1e-9),
    )
    samples = [sample(position) for position in (THUMB, INDEX, MIDDLE)]
    problems = placement_problems([duplicate(1, 1e-9, wrong=wrong), duplicate(2, 1e-5, wrong=wrong)], samples)
    assert [problem.code for problem in problems] == ["fingers_swapped", "finger_misplaced"]
    assert "right thumb and the right index finger" in problems[0].message
    assert "left middle finger" in problems[1].message
    assert not any(problem.blocking for problem in problems)


def test_a_hand_on_the_other_one_is_one_problem() -> None:
    wrong = tuple(
        Misplaced(place, FingerPosition(place + 1), FingerPosition(place + 6), 1e-9) for place in range(3)
    )
    samples = [sample(position) for position in (THUMB, INDEX, MIDDLE)]
    (problem,) = placement_problems([replace(duplicate(1, 1e-9, wrong=wrong), other_hand=True)], samples)
    assert (problem.code, problem.blocking) == ("hands_exchanged", False)


def test_mirrored_prints_have_to_be_captured_again() -> None:
    problem = mirrored_problem([sample(INDEX), sample(MIDDLE)])
    assert problem.blocking
    assert "right index finger, right middle finger" in problem.message


@pytest.mark.parametrize("position", list(FingerPosition))
def test_every_finger_has_a_name(position: FingerPosition) -> None:
    assert in_words(position).endswith(("thumb", "finger"))


class PartOfAGallery(Gallery):
    """A gallery of which one part of four does not answer."""

    def identify(self, *asked: Any, **options: Any) -> SearchResult:
        return replace(super().identify(*asked, **options), shards_searched=3, shards_total=4)


def test_nobody_is_called_new_while_a_part_of_the_gallery_does_not_answer() -> None:
    with pytest.raises(GalleryIncomplete, match="3 of 4"):
        search_duplicates(PartOfAGallery(), [template(vector(1))], training=False)
