"""The list of what was destroyed: kept beside the backups, so that none brings back who was erased."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from records.backup.errors import BackupDamaged
from records.database import Database
from records.erasure import discard_again, repeat_erasure
from records.image_store import ImageStore
from records.tables import AuditRow
from records.videos import expire_video

_PERSON, _ENROLMENT, _VIDEO = "person.erase", "enrolment.discard", "video.delete"
_CHUNK = 5000


@dataclass(frozen=True)
class Repeated:
    """How much of the list was destroyed again; the rest was gone already, or never in the backup."""

    persons: int = 0
    enrolments: int = 0
    videos: int = 0


def destruction_lines(session: Session) -> Iterator[str]:
    """Return one line of JSON for everything that was ever destroyed: what, which, when; no names."""
    rows = session.execute(
        select(AuditRow.at, AuditRow.action, AuditRow.object_id)
        .where(AuditRow.action.in_((_PERSON, _ENROLMENT, _VIDEO)))
        .order_by(AuditRow.number)
        .execution_options(yield_per=_CHUNK)
    )
    for at, action, object_id in rows:
        yield json.dumps({"at": at.isoformat(timespec="seconds"), "action": action, "id": object_id})


def repeat_destruction(database: Database, store: ImageStore, lines: Iterable[str]) -> Repeated:
    """Destroy again what the list names and a backup has brought back.

    Raises:
        BackupDamaged: a line is not one of such a list.
    """
    counts = {_PERSON: 0, _ENROLMENT: 0, _VIDEO: 0}
    for line in lines:
        action, object_id = _read(line)
        with suppress(NotFound), database.transaction() as session:
            counts[action] += _repeat(session, store, action, object_id)
    return Repeated(*counts.values())


def _read(line: str) -> tuple[str, UUID]:
    try:
        found = json.loads(line)
        action, object_id = str(found["action"]), UUID(found["id"])
        if action not in (_PERSON, _ENROLMENT, _VIDEO):
            raise ValueError(action)
    except (KeyError, TypeError, ValueError) as problem:
        raise BackupDamaged("The list of what was destroyed has a line that cannot be read.") from problem
    return action, object_id


def _repeat(session: Session, store: ImageStore, action: str, object_id: UUID) -> bool:
    if action == _PERSON:
        return repeat_erasure(session, store, object_id)
    if action == _ENROLMENT:
        return discard_again(session, store, object_id)
    expire_video(session, store, object_id)
    return True
