"""The table of placements: which shard of a cluster holds which part of the gallery."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonList, Row


class ClusterPlacementRow(Row):
    """One placement; the one with the highest version is in force. None: the gallery is in every process."""

    __tablename__ = "cluster_placements"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owners: Mapped[JsonList]
    created_at: Mapped[datetime]
