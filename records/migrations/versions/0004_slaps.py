"""Slaps: an image of several fingers, and which of its fingers another sample was cut from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind in (
        ("slap", postgresql.JSONB()),
        ("slap_id", sa.Uuid()),
        ("slap_cut", postgresql.JSONB()),
    ):
        op.add_column("samples", sa.Column(name, kind, nullable=True))
    op.create_foreign_key("fk_samples_slap_id", "samples", "samples", ["slap_id"], ["id"])
    op.create_index(op.f("ix_samples_slap_id"), "samples", ["slap_id"])
    op.create_check_constraint(
        op.f("ck_samples_slap_known"), "samples", "(slap ->> 'position')::integer BETWEEN 11 AND 15"
    )
    op.create_check_constraint(
        op.f("ck_samples_cut_wholly"), "samples", "(slap_id IS NULL) = (slap_cut IS NULL)"
    )
