"""The result of looking at one part, and how a failure inside a check becomes one."""

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import NishanError, Unavailable


class Unwell(Unavailable):
    """A check found something that has to be mended."""

    code = "unwell"


@dataclass(frozen=True)
class Check:
    """One part: whether it is well, what was found, and what mends it when it is not."""

    part: str
    ok: bool
    found: str
    mend: str = ""


def looked_at(part: str, mend: str, look: Callable[[], str]) -> Check:
    """Return what ``look`` found; an error it raises is the finding of a part that is not well."""
    try:
        return Check(part, True, look())
    except NishanError as problem:
        return Check(part, False, problem.message, mend)
    except Exception as problem:  # a doctor that falls ill is of no use: any failure is a finding
        return Check(part, False, f"{type(problem).__name__}: {problem}".splitlines()[0], mend)
