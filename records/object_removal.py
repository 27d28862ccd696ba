"""Deletes objects after the commit that no longer needs them; what fails then, the sweep deletes later."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, SessionTransaction

from core.clock import now
from core.errors import Unavailable
from core.logging import get_logger
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.commit_order import RecordSession
from records.image_store import ImageStore
from records.removal_pause import may_remove
from records.tables import BatchProbeRow, ObjectToDeleteRow, SampleRow, SearchProbeRow, TemplateRow

_log = get_logger(__name__)
_PENDING = "objects_to_delete"


def remove_samples(session: Session, store: ImageStore | None, sample_ids: Sequence[UUID]) -> int:
    """Delete samples with their templates, announce the end of their references, and queue their objects.

    The fingers cut out of a slap go with it.

    Args:
        store: Where to delete the objects right after the commit; None leaves it to the sweep.

    Returns:
        The number of templates deleted.
    """
    cut_out = session.scalars(select(SampleRow.id).where(SampleRow.slap_id.in_(list(sample_ids))))
    ids = list(dict.fromkeys([*sample_ids, *cut_out]))
    references = session.scalars(
        delete(TemplateRow).where(TemplateRow.sample_id.in_(ids)).returning(TemplateRow.id)
    ).all()
    gallery_feed.append(session, ChangeKind.REMOVE, sorted(references))
    keys = [
        key
        for pair in session.execute(
            select(SampleRow.object_key, SampleRow.thumbnail_key).where(SampleRow.id.in_(ids))
        )
        for key in pair
        if key is not None
    ]
    session.execute(delete(SearchProbeRow).where(SearchProbeRow.sample_id.in_(ids)))
    session.execute(delete(BatchProbeRow).where(BatchProbeRow.sample_id.in_(ids)))
    session.execute(
        delete(SampleRow).where(SampleRow.id.in_(ids)).execution_options(synchronize_session="fetch")
    )
    remove_objects(session, store, keys)
    return len(references)


def remove_objects(session: Session, store: ImageStore | None, keys: Sequence[str]) -> None:
    """Queue objects that no row names any more; they go right after the commit, or with the sweep.

    While a backup runs that may still name them, they are left to the sweep.
    """
    if keys:
        rows = [{"object_key": key, "requested_at": now()} for key in keys]
        session.execute(insert(ObjectToDeleteRow).values(rows).on_conflict_do_nothing())
    if store is not None and may_remove(session):
        session.info.setdefault(_PENDING, []).extend((store, key) for key in keys)


@event.listens_for(RecordSession, "after_commit")
def _delete_objects(session: Session) -> None:
    for store, key in session.info.pop(_PENDING, []):
        try:
            store.delete(key)
        except Unavailable:
            _log.warning("object_deletion_left_to_sweep")
            return


@event.listens_for(RecordSession, "after_soft_rollback")
def _forget_objects(session: Session, rolled_back: SessionTransaction) -> None:
    if rolled_back.parent is None:
        session.info.pop(_PENDING, None)
