"""A gallery on many machines: which shard holds whom, and how many shards answered a search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cluster_placements",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owners", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_cluster_placements"),
    )
    for column in ("shards_searched", "shards_total"):
        op.add_column("searches", sa.Column(column, sa.BigInteger(), server_default="1", nullable=False))
