"""How sure a candidate's false-match rate is: its interval, and whether it was measured or extrapolated."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("rate_lowest", "rate_highest"):
        op.add_column("search_candidates", sa.Column(column, sa.Float(), nullable=True))
    op.add_column(
        "search_candidates",
        sa.Column("rate_extrapolated", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
