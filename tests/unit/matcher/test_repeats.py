"""One finger sent as two counts once and is said; two impressions stated as one finger are no matter."""

from biometrics.template import FingerPosition, Modality
from matcher.repeats import fingers_of, group
from matcher.search import identify
from tests.unit.matcher.plain_index import (
    calibration,
    near,
    new_gallery,
    new_index,
    reference,
    template,
    vector,
)

UNKNOWN, THUMB, INDEX, MIDDLE = (FingerPosition(number) for number in range(4))


def test_one_finger_sent_as_two_counts_once_and_is_said() -> None:
    gallery = new_gallery([reference(n, 1, vector(n), FingerPosition(n)) for n in range(1, 6)])
    one = identify(gallery, [template(vector(1), THUMB)]).candidates[0]
    twice = identify(gallery, [template(vector(1), THUMB), template(near(vector(1), 1, 0.01), INDEX)])
    true_pair = identify(gallery, [template(vector(1), THUMB), template(vector(2), INDEX)])
    assert twice.repeated == ((0, 1),)
    assert twice.candidates[0].false_match_rate >= one.false_match_rate
    assert true_pair.repeated == ()
    assert true_pair.candidates[0].false_match_rate < 1e-3 * one.false_match_rate


def test_two_impressions_of_one_stated_finger_are_one_finger_and_no_mistake() -> None:
    probe = [template(vector(1), INDEX), template(vector(1), INDEX), template(vector(2), MIDDLE)]
    found = fingers_of(probe, new_index, calibration)
    assert (found.numbers, found.repeated) == ((0, 0, 2), ())


def test_a_chain_of_alike_prints_is_one_group() -> None:
    probe = [template(vector(n), UNKNOWN, Modality.FINGER) for n in range(4)]
    found = group(probe, {(0, 2): 1e-9, (2, 3): 1e-9, (0, 1): 0.3})
    assert (found.numbers, found.repeated) == ((0, 1, 0, 0), ((0, 2, 3),))


def test_photographs_are_one_face_and_never_a_finger() -> None:
    probe = [template(vector(1)), template(vector(2)), template(vector(1), THUMB)]
    found = fingers_of(probe, new_index, calibration)
    assert (found.numbers, found.repeated) == ((0, 0, 2), ())
