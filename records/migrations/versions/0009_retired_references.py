"""Retired references: of which sample a template was that was deleted with its generation."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retired_references",
        sa.Column("reference_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["samples.id"], name=op.f("fk_retired_references_sample_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reference_id", name=op.f("pk_retired_references")),
    )
    op.create_index(op.f("ix_retired_references_sample_id"), "retired_references", ["sample_id"])
