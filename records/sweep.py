"""Compares the object store with the records: removes objects nobody names, reports rows without object."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from core.clock import now
from core.logging import get_logger
from records import audit
from records.accounts import remove_expired
from records.database import Database
from records.image_store import ImageStore, StoredObject
from records.removal_pause import may_remove
from records.tables import ObjectToDeleteRow, SampleRow, VideoRow
from records.video_store import video_of_key

_log = get_logger(__name__)
_CHUNK = 500


@dataclass(frozen=True)
class SweepReport:
    """What a sweep did; ``missing`` are samples whose image is not in the store."""

    objects_seen: int
    orphans_removed: int
    erased_removed: int
    missing: tuple[UUID, ...]


def sweep_orphans(
    database: Database, store: ImageStore, grace: timedelta = timedelta(hours=1)
) -> SweepReport:
    """Delete objects of erased records, then objects older than ``grace`` that no row names.

    The grace period covers the time between an object and its row; it must be longer than any upload.
    While a backup runs nothing is deleted; the next sweep does it.
    """
    erased = _delete_erased(database, store)
    seen, orphans = 0, 0
    for chunk in _chunks(store):
        seen += len(chunk)
        orphans += _delete_orphans(database, store, chunk, grace)
    missing = _missing(database, store, grace)
    with database.transaction() as session:
        remove_expired(session)
        if orphans or erased or missing:
            found = {"orphans": orphans, "erased": erased, "missing": len(missing)}
            audit.append(session, None, "store.sweep", "store", "objects", details=found)
    _log.info("store_swept", seen=seen, orphans=orphans, erased=erased, missing=len(missing))
    return SweepReport(seen, orphans, erased, missing)


def _delete_erased(database: Database, store: ImageStore) -> int:
    removed = 0
    while True:
        with database.transaction() as session:
            if not may_remove(session):
                return removed
            keys = session.scalars(
                select(ObjectToDeleteRow.object_key).limit(_CHUNK).with_for_update(skip_locked=True)
            ).all()
            for key in keys:
                store.delete(key)
            session.execute(delete(ObjectToDeleteRow).where(ObjectToDeleteRow.object_key.in_(keys)))
        removed += len(keys)
        if len(keys) < _CHUNK:
            return removed


def _chunks(store: ImageStore) -> Iterator[list[StoredObject]]:
    chunk: list[StoredObject] = []
    for item in store.keys(""):
        chunk.append(item)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _delete_orphans(
    database: Database, store: ImageStore, chunk: list[StoredObject], grace: timedelta
) -> int:
    old = [item.key for item in chunk if item.modified_at < now() - grace]
    with database.transaction() as session:
        if not may_remove(session):
            return 0
        orphans = sorted(set(old) - _named(session, old))
        for key in orphans:
            store.delete(key)
    return len(orphans)


def _named(session: Session, keys: list[str]) -> set[str]:
    rows = session.execute(
        select(SampleRow.object_key, SampleRow.thumbnail_key).where(
            or_(SampleRow.object_key.in_(keys), SampleRow.thumbnail_key.in_(keys))
        )
    )
    return {key for row in rows for key in row if key is not None} | _named_by_videos(session, keys)


def _named_by_videos(session: Session, keys: list[str]) -> set[str]:
    videos = {key: video_id for key in keys if (video_id := video_of_key(key)) is not None}
    known = set(session.scalars(select(VideoRow.id).where(VideoRow.id.in_(set(videos.values())))))
    return {key for key, video_id in videos.items() if video_id in known}


def _missing(database: Database, store: ImageStore, grace: timedelta) -> tuple[UUID, ...]:
    """Compare the listing with the rows by key, both in byte order; ask again before reporting a loss."""
    suspects: list[tuple[UUID, str]] = []
    with database.snapshot() as session:
        present = (item.key for item in store.keys("samples/"))
        current = next(present, None)
        rows = session.execute(
            select(SampleRow.id, SampleRow.object_key)
            .where(SampleRow.created_at < now() - grace)
            .order_by(SampleRow.object_key.collate("C"))
            .execution_options(yield_per=_CHUNK)
        )
        for sample_id, key in rows:
            while current is not None and current < key:
                current = next(present, None)
            if current != key:
                suspects.append((sample_id, key))
    return tuple(sample_id for sample_id, key in suspects if not store.exists(key) and _kept(database, key))


def _kept(database: Database, key: str) -> bool:
    with database.transaction() as session:
        return bool(_named(session, [key]))
