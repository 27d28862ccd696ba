"""The numbered changes every gallery follows: commit-ordered, so that no reader ever misses one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.orm import Session

from biometrics.template import FingerPosition, Modality
from core.clock import now
from matcher.candidates import Change, ChangeKind, Reference
from records.commit_order import CommitLog
from records.parameters import FEED, LOCKS
from records.tables import GalleryChangeRow, TemplateRow

Ranges = frozenset[int]
"""Some of the ranges that subjects fall into by the last bits of their ids."""

SUBJECT_RANGES = 64

NISHAN_GALLERY = "nishan_gallery"
"""The channel that is notified at each commit with changes."""


@dataclass(frozen=True)
class _Pending:
    kind: ChangeKind
    reference_id: int


def append(session: Session, kind: ChangeKind, reference_ids: Sequence[int]) -> None:
    """Announce changes of references; they are numbered and visible with this transaction's commit."""
    for reference_id in reference_ids:
        _LOG.collect(session, _Pending(kind, reference_id))


def lock(session: Session) -> None:
    """Wait until no other transaction is writing to the feed, and keep others out until this one ends.

    What was committed before is visible to the next statement. Lock rows before, never after.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOCKS.gallery_feed)))


def _write(session: Session, entries: Sequence[_Pending]) -> None:
    # The lock is held until commit, and PostgreSQL lets go of it only after the commit is visible: a
    # reader that sees number N therefore sees every smaller number that will ever exist.
    lock(session)
    at = now()
    for start in range(0, len(entries), FEED.load_rows):
        lines = [
            {"kind": str(entry.kind), "reference_id": entry.reference_id, "created_at": at}
            for entry in entries[start : start + FEED.load_rows]
        ]
        session.execute(insert(GalleryChangeRow).values(lines))
    session.execute(text(f"NOTIFY {NISHAN_GALLERY}"))


_LOG: CommitLog[_Pending] = CommitLog("pending_gallery_changes", 1, _write)

_REFERENCE = (
    TemplateRow.id,
    TemplateRow.person_id,
    TemplateRow.modality,
    TemplateRow.producer,
    TemplateRow.position,
    TemplateRow.payload,
    TemplateRow.tags,
)


def head(session: Session) -> int:
    """Return the number of the last change, 0 before the first."""
    return session.scalar(select(func.max(GalleryChangeRow.number))) or 0


def mark(session: Session, number: int) -> str | None:
    """Return what tells the change with a number from any other that ever bore it, None if there is none.

    A database that was restored gives numbers again, and another database gives the same ones: two
    histories are one up to a number when they agree on its mark.
    """
    row = session.execute(
        select(GalleryChangeRow.created_at, GalleryChangeRow.kind, GalleryChangeRow.reference_id).where(
            GalleryChangeRow.number == number
        )
    ).one_or_none()
    return None if row is None else f"{row[0].isoformat()} {row[1]} {row[2]}"


def changes_after(
    session: Session, number: int, limit: int = 1000, ranges: Ranges | None = None
) -> list[Change]:
    """Return the next changes in order. An ADD whose reference was erased since carries no reference.

    Args:
        ranges: Additions of subjects in other ranges carry no reference either: they may have moved there.
    """
    rows = session.execute(
        select(GalleryChangeRow.number, GalleryChangeRow.kind, GalleryChangeRow.reference_id, *_REFERENCE)
        .outerjoin(
            TemplateRow,
            (TemplateRow.id == GalleryChangeRow.reference_id)
            & (GalleryChangeRow.kind == ChangeKind.ADD)
            & _live(ranges),
        )
        .where(GalleryChangeRow.number > number)
        .order_by(GalleryChangeRow.number)
        .limit(limit)
    )
    return [
        Change(row[0], ChangeKind(row[1]), row[2], _reference(row[3:]) if row[3] is not None else None)
        for row in rows
    ]


def references(session: Session, ranges: Ranges | None = None) -> Iterator[Reference]:
    """Stream every live reference (of subjects in ``ranges``), in the order of their ids."""
    rows = session.execute(
        select(*_REFERENCE)
        .where(_live(ranges))
        .order_by(TemplateRow.id)
        .execution_options(yield_per=FEED.load_rows)
    )
    for row in rows:
        yield _reference(row)


def reference_count(session: Session, ranges: Ranges | None = None) -> int:
    """Return how many references ``references`` will stream."""
    return session.scalar(select(func.count()).select_from(TemplateRow).where(_live(ranges))) or 0


def _live(ranges: Ranges | None) -> ColumnElement[bool]:
    linked = TemplateRow.person_id.is_not(None)
    if ranges is None:
        return linked
    last_byte = func.get_byte(func.uuid_send(TemplateRow.person_id), 15)
    return linked & last_byte.op("&")(SUBJECT_RANGES - 1).in_(sorted(ranges))


def _reference(row: Sequence[Any]) -> Reference:
    reference_id, person_id, modality, producer, position, payload, tags = row
    return Reference(
        reference_id=reference_id,
        subject=person_id,
        modality=Modality(modality),
        producer=producer,
        position=FingerPosition(position),
        payload=bytes(payload),
        tags=tags,
    )
