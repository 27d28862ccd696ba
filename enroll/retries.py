"""Decides by error family whether, when and how often a job is tried again."""

import math

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from core.errors import (
    FAMILIES,
    Conflict,
    Defect,
    Forbidden,
    InputRejected,
    NishanError,
    NotFound,
    Unavailable,
)
from enroll.parameters import RetryRule

RETRIES: dict[type[NishanError], RetryRule] = {
    InputRejected: RetryRule(attempts=0),  # the same bytes will be refused again
    NotFound: RetryRule(attempts=0),  # erased since; there is nothing left to do
    Forbidden: RetryRule(attempts=0),  # the account lost its right since
    Conflict: RetryRule(attempts=3, first_wait_s=1, longest_wait_s=10),  # somebody else was quicker
    Unavailable: RetryRule(attempts=None, first_wait_s=2, longest_wait_s=120),  # until the part is back
    Defect: RetryRule(attempts=2, first_wait_s=5, longest_wait_s=30),  # in case it was a passing state
}


def rule_for(problem: BaseException) -> RetryRule:
    """Return the rule of an error's family; what is not one of our errors counts as a defect."""
    for family in FAMILIES:
        if isinstance(problem, family):
            return RETRIES[family]
    return RETRIES[Defect]


def wait_before_retry(problem: BaseException, earlier_attempts: int) -> float | None:
    """Return the seconds to wait before the next attempt, or None when there shall be none.

    Args:
        earlier_attempts: How often the job ran before the attempt that failed now.
    """
    rule = rule_for(problem)
    if rule.attempts is not None and earlier_attempts >= rule.attempts:
        return None
    doublings = min(earlier_attempts, math.ceil(math.log2(max(rule.longest_wait_s, 1))) + 1)
    return min(rule.longest_wait_s, rule.first_wait_s * 2.0**doublings)


class RetryByFamily(BaseRetryStrategy):
    """The retry rules in the form the queue asks for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None to give the job up."""
        wait_s = wait_before_retry(exception, job.attempts)
        return None if wait_s is None else RetryDecision(retry_in={"seconds": max(1, round(wait_s))})
