"""A few requests compute, a few wait, one more is refused, and every place is given back."""

import threading

import pytest

from api.capacity import Capacity, OverCapacity


def test_one_more_than_running_and_waiting_is_refused() -> None:
    capacity = Capacity(running=1, waiting=1)
    inside, leave = threading.Event(), threading.Event()
    done: list[str] = []

    def work(name: str) -> None:
        with capacity.turn():
            inside.set()
            leave.wait(10)
            done.append(name)

    first = threading.Thread(target=work, args=("first",))
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=work, args=("second",))
    second.start()
    while capacity.waiting < 1:
        pass
    with pytest.raises(OverCapacity), capacity.turn():
        pass
    leave.set()
    first.join(10)
    second.join(10)
    assert done == ["first", "second"]


def test_places_are_given_back_after_errors() -> None:
    capacity = Capacity(running=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), capacity.turn():
            _ = 1 / 0
    with capacity.turn():
        assert capacity.waiting == 0


def test_a_request_of_several_steps_keeps_its_place_and_lets_others_in_between() -> None:
    capacity = Capacity(running=1, waiting=1)
    with capacity.admission() as turn:
        with turn:
            pass
        with capacity.turn(), pytest.raises(OverCapacity), capacity.turn():
            pass
        with turn:
            pass
