"""The capacity plan says what the result files give, and grows as it must."""

import pytest

from benchmarks import capacity
from benchmarks.item_prices import prices


def test_the_document_is_what_the_result_files_give() -> None:
    document = capacity.DOCUMENT.read_text(encoding="utf-8")
    assert capacity.BEGIN in document
    assert capacity.replaced(document) == document, "run python -m benchmarks.capacity"


def test_ten_times_the_people_take_ten_times_the_room() -> None:
    small, large = (capacity.plan(people, prices()) for people in (10**7, 10**8))
    for each in ("memory", "rows", "images"):
        assert getattr(large, each) == pytest.approx(10 * getattr(small, each))
    assert large.machines == pytest.approx(10 * small.machines, rel=0.2)
    assert large.finger_s == pytest.approx(small.finger_s, rel=0.2), "each machine brings its cores"


def test_every_machine_holds_its_share() -> None:
    for people in (*capacity.PEOPLE, capacity.NAFIS):
        planned = capacity.plan(people, prices())
        room = capacity.MACHINE.memory_bytes * capacity.MACHINE.for_galleries
        assert planned.machines * room >= capacity.MACHINE.copies * planned.memory


def test_values_are_said_in_two_digits_and_fitting_units() -> None:
    assert [capacity._time(value) for value in (0.0651, 59.0, 61.0, 7000.0, 200_000.0)] == [
        "65 ms",
        "59 s",
        "1 min",
        "1.9 h",
        "2.3 days",
    ]
    assert capacity._size(3.06e12) == "3.1 TB"
    assert capacity._count(1_423_631) == "1.4 million"
    assert capacity._count(82.4) == "82"


def test_the_simulated_wait_is_that_of_the_queue_it_stands_for() -> None:
    assert capacity.sojourn_p95(0.01) == pytest.approx(1.0, abs=0.05)
    assert 2.0 < capacity.sojourn_p95(0.5) < 3.5
    assert capacity.sojourn_p95(0.8) > 2 * capacity.sojourn_p95(0.5)
