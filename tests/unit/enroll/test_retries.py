"""Every error family has a rule, and the waits grow to their end."""

import pytest

from biometrics.errors import NoFaceFound
from core.errors import FAMILIES, Conflict, Defect, Forbidden, InputRejected, NotFound, Unavailable
from enroll.parameters import RetryRule
from enroll.retries import RETRIES, rule_for, wait_before_retry
from records.database import DatabaseUnavailable


def test_every_family_has_a_rule() -> None:
    assert set(RETRIES) == set(FAMILIES)


@pytest.mark.parametrize("family", [InputRejected, NotFound, Forbidden])
def test_what_cannot_get_better_is_never_tried_again(family: type[Exception]) -> None:
    assert wait_before_retry(family("no"), 0) is None
    assert wait_before_retry(NoFaceFound("no"), 0) is None


def test_a_part_that_is_down_is_waited_for_without_end() -> None:
    waits = [wait_before_retry(DatabaseUnavailable("down"), attempt) for attempt in range(1000)]
    assert None not in waits
    assert waits == sorted(waits, key=lambda wait: wait or 0.0)
    assert waits[0] == RETRIES[Unavailable].first_wait_s
    assert waits[-1] == RETRIES[Unavailable].longest_wait_s


@pytest.mark.parametrize("problem", [Defect("fault"), ZeroDivisionError(), Conflict("raced")])
def test_faults_and_races_are_tried_a_few_times(problem: Exception) -> None:
    attempts = rule_for(problem).attempts
    assert attempts is not None
    assert 1 <= attempts <= 5
    assert wait_before_retry(problem, attempts - 1) is not None
    assert wait_before_retry(problem, attempts) is None


def test_an_unknown_error_counts_as_a_defect() -> None:
    assert rule_for(KeyError("x")) is RETRIES[Defect]
    assert isinstance(rule_for(KeyError("x")), RetryRule)
