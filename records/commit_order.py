"""Collects a transaction's feed changes and audit rows and writes them in one lock order at commit.

Both logs are numbered under an advisory lock that is held until commit, so that numbers are in commit
order. Writing them last keeps those locks short, and taking the feed's before the audit's in every
transaction makes a deadlock between the two impossible.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.errors import Defect

Entry = TypeVar("Entry")


class ForeignSession(Defect):
    """A session that did not come from Database: what it collects would never be written."""

    code = "foreign_session"


class RecordSession(Session):
    """The session of records/, whose commits write what was collected."""


@dataclass
class CommitLog(Generic[Entry]):
    """One log written at commit.

    Attributes:
        name: Key of the entries in ``session.info``.
        place: Order among the logs, lowest first.
        write: Takes the log's lock and inserts the entries.
    """

    name: str
    place: int
    write: Callable[[Session, list[Entry]], None] = field(repr=False)

    def __post_init__(self) -> None:
        _LOGS.append(self)
        _LOGS.sort(key=lambda log: log.place)

    def collect(self, session: Session, entry: Entry) -> None:
        """Keep ``entry`` until commit; it is forgotten when the (nested) transaction rolls back."""
        if not isinstance(session, RecordSession):
            raise ForeignSession("Open sessions with Database.transaction().")
        if not session.in_transaction():
            session.begin()
        entries: list[tuple[Entry, list[SessionTransaction]]] = session.info.setdefault(self.name, [])
        entries.append((entry, _open_transactions(session)))


_LOGS: list[CommitLog[Any]] = []


def _open_transactions(session: Session) -> list[SessionTransaction]:
    chain: list[SessionTransaction] = []
    current = session.get_nested_transaction() or session.get_transaction()
    while current is not None:
        chain.append(current)
        current = current.parent
    return chain


@event.listens_for(RecordSession, "before_commit")
def _write_logs(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for log in _LOGS:
        entries = session.info.pop(log.name, [])
        if entries:
            session.flush()
            log.write(session, [entry for entry, _ in entries])


@event.listens_for(RecordSession, "after_soft_rollback")
def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    for log in _LOGS:
        kept = [item for item in session.info.get(log.name, []) if rolled_back not in item[1]]
        session.info[log.name] = kept
