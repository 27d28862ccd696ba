"""A replica is made anew when it has been silent for too long; one that is starting is given longer."""

from cluster.hosting import ReplicaName
from cluster.parameters import CLUSTER
from cluster.silences import Silences

ONE = ReplicaName(shard=0, replica=1)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_that_spoke_is_given_up_after_its_silence() -> None:
    silences = Silences(clock := Clock())
    silences.heard(ONE)
    assert not silences.too_long(ONE)
    clock.now += CLUSTER.silent_s
    assert not silences.too_long(ONE)
    clock.now += 1
    assert silences.too_long(ONE)


def test_silence_counts_from_the_first_question_in_vain_not_from_the_last_word() -> None:
    """Who asks may have been held up itself."""
    silences = Silences(clock := Clock())
    silences.heard(ONE)
    clock.now += 10 * CLUSTER.silent_s
    assert not silences.too_long(ONE)


def test_one_that_is_starting_is_given_longer_but_not_for_ever() -> None:
    silences = Silences(clock := Clock())
    assert not silences.too_long(ONE)
    clock.now += CLUSTER.starting_s
    assert not silences.too_long(ONE)
    clock.now += 1
    assert silences.too_long(ONE)


def test_one_that_starts_again_is_given_longer_counted_once() -> None:
    silences = Silences(clock := Clock())
    silences.heard(ONE)
    silences.restarting(ONE)
    for _ in range(2):
        assert not silences.too_long(ONE)
        clock.now += CLUSTER.starting_s / 2 + 1
        silences.restarting(ONE)
    assert silences.too_long(ONE)


def test_another_of_the_same_name_begins_anew() -> None:
    silences = Silences(clock := Clock())
    assert not silences.too_long(ONE)
    clock.now += CLUSTER.starting_s + 1
    silences.forget(ONE)
    assert not silences.too_long(ONE)
