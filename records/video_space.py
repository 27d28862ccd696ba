"""How much room the videos of an account and of a state may take, and how much they take."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from records.access import Officer
from records.parameters import LOCKS
from records.tables import VideoRow

_GIGABYTE = 1e9


class VideoSpaceFull(Conflict):
    """The videos kept already leave no room for this one."""

    code = "video_space_full"


@dataclass(frozen=True)
class VideoSpace:
    """What the operator allows, in bytes; officers of no state share one state's room."""

    of_account: int
    of_state: int


def check_space(session: Session, officer: Officer, space: VideoSpace, more: int) -> None:
    """Refuse a video of ``more`` bytes for which there is no room.

    Raises:
        VideoSpaceFull: says whose room it is and how to make some.
    """
    own = own_bytes(session, officer)
    if own + more > space.of_account:
        raise VideoSpaceFull(
            f"You keep {_said(own)} of videos and this one has {_said(more)}: an account may keep"
            f" {_said(space.of_account)}. Delete videos whose cases no longer need them, then send it again.",
            used_bytes=own,
            limit_bytes=space.of_account,
        )
    of_state = _state_bytes(session, officer)
    if of_state + more > space.of_state:
        raise VideoSpaceFull(
            f"The videos of your state take {_said(of_state)} of {_said(space.of_state)}: no room is left for"
            " this one. Delete what is no longer needed, or ask the operator for more room.",
            used_bytes=of_state,
            limit_bytes=space.of_state,
        )


def claim_space(session: Session, officer: Officer, space: VideoSpace, more: int) -> None:
    """Do the same at the moment a video is accepted: others wait until this transaction has ended."""
    session.execute(select(func.pg_advisory_xact_lock(LOCKS.video_space)))
    check_space(session, officer, space, more)


def room(session: Session, officer: Officer, space: VideoSpace) -> int:
    """Return how many bytes of videos the officer may still send."""
    left = space.of_account - own_bytes(session, officer), space.of_state - _state_bytes(session, officer)
    return max(0, min(left))


def own_bytes(session: Session, officer: Officer) -> int:
    """Return what the videos of an account take."""
    return _bytes(session, VideoRow.officer_id == officer.account_id)


def _state_bytes(session: Session, officer: Officer) -> int:
    return _bytes(session, VideoRow.state_code.is_not_distinct_from(officer.state_code))


def _bytes(session: Session, which: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(VideoRow.byte_count), 0)).where(which)) or 0)


def _said(size: int) -> str:
    return f"{size / _GIGABYTE:.2f} GB" if size >= _GIGABYTE / 10 else f"{size / 1e6:.1f} MB"
