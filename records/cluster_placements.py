"""Where the ranges of people are on a cluster: read by every process, replaced in one step."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from records.tables import ClusterPlacementRow


@dataclass(frozen=True)
class StoredPlacement:
    """The shard of each range, and which version that is."""

    version: int
    owners: tuple[int, ...]


def placement_in_force(session: Session) -> StoredPlacement | None:
    """Return the newest placement, None while nothing was ever placed."""
    row = session.scalar(select(ClusterPlacementRow).order_by(ClusterPlacementRow.version.desc()).limit(1))
    return StoredPlacement(row.version, tuple(row.owners)) if row else None


def replace_placement(session: Session, version: int, owners: Sequence[int]) -> StoredPlacement:
    """Put a placement into force with this transaction's commit, and return the one that then is.

    Whoever comes second with the same version changes nothing.
    """
    session.execute(
        insert(ClusterPlacementRow)
        .values(version=version, owners=list(owners), created_at=now())
        .on_conflict_do_nothing()
    )
    kept = session.get_one(ClusterPlacementRow, version)
    return StoredPlacement(kept.version, tuple(kept.owners))
