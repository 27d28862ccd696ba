"""Template generations: which there are, which one is active, and what could not be extracted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "template_generations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("worked_s", sa.Float(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lanes BETWEEN 1 AND 64", name=op.f("ck_template_generations_lanes_range")),
        sa.CheckConstraint(
            "modality IN ('face', 'finger')", name=op.f("ck_template_generations_modality_known")
        ),
        sa.CheckConstraint(
            "state IN ('building', 'paused', 'complete', 'failed', 'retiring', 'retired')",
            name=op.f("ck_template_generations_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["accounts.id"], name=op.f("fk_template_generations_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_generations")),
        sa.UniqueConstraint("modality", "producer", name=op.f("uq_template_generations_modality_producer")),
    )
    op.create_index(
        "ix_template_generations_active",
        "template_generations",
        ["modality"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "generation_failures",
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["template_generations.id"], name=op.f("fk_generation_failures_generation_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["samples.id"],
            name=op.f("fk_generation_failures_sample_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("generation_id", "sample_id", name=op.f("pk_generation_failures")),
    )
    op.create_index(op.f("ix_generation_failures_sample_id"), "generation_failures", ["sample_id"])
