"""Minutiae that an examiner searched with, beside those that had been found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_probes", sa.Column("minutiae", postgresql.JSONB(), nullable=True))
