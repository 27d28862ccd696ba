"""The six error families, named by who must act; every error of ours descends from one of them.

    NishanError
    +-- InputRejected   the sender must change what was sent
    +-- NotFound        the thing asked for does not exist, or not for this officer
    +-- Conflict        the request contradicts what is stored
    +-- Forbidden       role, partition or purpose does not allow it
    +-- Unavailable     a part is down or busy: the same request may succeed later
    +-- Defect          a fault of ours: a developer must act

Packages subclass a family and set ``code``. A code is stable: clients may branch on it, so it is
never renamed. How a family becomes an HTTP status or a worker retry is decided in api/ and enroll/.
"""

from typing import ClassVar


class NishanError(Exception):
    """An error with a stable code and a message that tells its reader what to do next.

    Args:
        message: What is wrong and what to do, for the person who has to act. Never holds
            biometric data, secrets or another person's particulars.
        **facts: Machine-readable particulars (limits, counts, field names) for the answer's body.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InputRejected(NishanError):
    """What was sent cannot be used as it is."""

    code = "input_rejected"


class NotFound(NishanError):
    """What was asked for does not exist for this officer."""

    code = "not_found"


class Conflict(NishanError):
    """The request contradicts what is already stored."""

    code = "conflict"


class Forbidden(NishanError):
    """The officer's role, state partition or stated purpose does not allow this."""

    code = "forbidden"


class Unavailable(NishanError):
    """A part of the service is down or busy; trying again later can succeed."""

    code = "unavailable"


class Defect(NishanError):
    """A fault in this software or its installation."""

    code = "defect"


FAMILIES: tuple[type[NishanError], ...] = (
    InputRejected,
    NotFound,
    Conflict,
    Forbidden,
    Unavailable,
    Defect,
)
