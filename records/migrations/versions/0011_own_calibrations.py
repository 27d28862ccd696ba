"""False-match rates fitted on the gallery's own faces: each fit, which one is in use, who looked the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("same_person_pairs", sa.BigInteger(), nullable=True),
        sa.Column("same_person_from", sa.Float(), nullable=True),
        sa.Column("held_out", JSONB(none_as_null=True), nullable=True),
        sa.Column("calibration", JSONB(none_as_null=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('fitting', 'fitted', 'failed')", name=op.f("ck_own_calibrations_state_known")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["accounts.id"], name=op.f("fk_own_calibrations_started_by")),
        sa.ForeignKeyConstraint(["chosen_by"], ["accounts.id"], name=op.f("fk_own_calibrations_chosen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_calibrations")),
        sa.UniqueConstraint("number", name=op.f("uq_own_calibrations_number")),
    )
    op.create_index(
        "ix_own_calibrations_active",
        "own_calibrations",
        ["producer"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "own_calibration_pairs",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["own_calibrations.id"],
            name=op.f("fk_own_calibration_pairs_calibration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["first_id"], ["persons.id"], name=op.f("fk_own_calibration_pairs_first_id")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["persons.id"], name=op.f("fk_own_calibration_pairs_second_id")
        ),
        sa.PrimaryKeyConstraint(
            "calibration_id", "first_id", "second_id", name=op.f("pk_own_calibration_pairs")
        ),
    )
    op.create_index(op.f("ix_own_calibration_pairs_second_id"), "own_calibration_pairs", ["second_id"])
    op.create_index(op.f("ix_own_calibration_pairs_first_id"), "own_calibration_pairs", ["first_id"])
