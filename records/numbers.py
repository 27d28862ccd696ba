"""Lifelong numbers: two digits of the state, eight of a sequence, never given twice."""

import re

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.errors import Defect, InputRejected
from records.tables import NumberCounterRow

LAST_SERIAL = 99_999_999


class StateCodeInvalid(InputRejected):
    """A state code that is not two digits."""

    code = "state_code_invalid"


class NumbersExhausted(Defect):
    """A state has used all its numbers."""

    code = "numbers_exhausted"


def check_state_code(state_code: str) -> str:
    """Return a state code of two digits, or say how to write one."""
    if not re.fullmatch(r"[0-9]{2}", state_code):
        raise StateCodeInvalid("Write the state code with two digits, such as 29.", field="state_code")
    return state_code


def allocate_number(session: Session, state_code: str) -> str:
    """Return the state's next number.

    The counter's row stays locked until this transaction ends: allocation in one state is serial, a
    rolled back number was never anyone's, and a committed one is never given again, erased or not.
    """
    check_state_code(state_code)
    counter = insert(NumberCounterRow).values(state_code=state_code, last_issued=1)
    counter = counter.on_conflict_do_update(
        index_elements=["state_code"],
        set_={"last_issued": NumberCounterRow.last_issued + 1},
        where=NumberCounterRow.last_issued < LAST_SERIAL,
    )
    serial = session.scalar(counter.returning(NumberCounterRow.last_issued))
    if serial is None:
        raise NumbersExhausted(f"State {state_code} has used all its numbers; assign it a second state code.")
    return f"{state_code}{serial:08d}"


def last_serial(session: Session, state_code: str) -> int:
    """Return the serial of the last number issued in a state, 0 before the first."""
    serial = session.scalar(
        select(NumberCounterRow.last_issued).where(NumberCounterRow.state_code == state_code)
    )
    return serial or 0
