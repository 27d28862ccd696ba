"""Batches take several files as one probe, sketches, examiners' minutiae, and a target FPIR."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("target_fpir", sa.Integer(), nullable=True))
    op.add_column(
        "batches",
        sa.Column("incomplete_accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "batch_probes",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("sketch", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("minutiae", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["batch_items.id"], name=op.f("fk_batch_probes_item_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_batch_probes_sample_id")),
        sa.PrimaryKeyConstraint("item_id", "place", name=op.f("pk_batch_probes")),
    )
    op.create_index(op.f("ix_batch_probes_sample_id"), "batch_probes", ["sample_id"])
    op.execute(
        "INSERT INTO batch_probes (item_id, place, sample_id)"
        " SELECT id, 0, sample_id FROM batch_items WHERE sample_id IS NOT NULL"
    )
    op.drop_index(op.f("ix_batch_items_sample_id"), "batch_items")
    op.drop_constraint(op.f("fk_batch_items_sample_id"), "batch_items", type_="foreignkey")
    op.drop_column("batch_items", "sample_id")
