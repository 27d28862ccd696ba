"""Videos as probes: their tracks, shots and searches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "videos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("part_count", sa.Integer(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=False),
        sa.Column("total_ms", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("too_small", sa.Integer(), nullable=False),
        sa.Column("tracks_dropped", sa.Integer(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("case_number <> ''", name=op.f("ck_videos_case_number_stated")),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_videos_purpose_stated")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_videos_sha256_form")),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_videos_state_code_form")),
        sa.CheckConstraint(
            "status IN ('accepted', 'processing', 'complete', 'failed')", name=op.f("ck_videos_status_known")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_videos_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_videos")),
    )
    op.create_index(op.f("ix_videos_created_at"), "videos", ["created_at"], unique=False)
    op.create_index("ix_videos_officer", "videos", ["officer_id", "id"], unique=False)
    op.create_index("ix_videos_state", "videos", ["state_code", "id"], unique=False)
    op.create_table(
        "video_tracks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("quality_reasons", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("from_ms <= to_ms", name=op.f("ck_video_tracks_times_in_order")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_video_tracks_quality_range")),
        sa.ForeignKeyConstraint(["video_id"], ["videos.id"], name=op.f("fk_video_tracks_video_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_tracks")),
        sa.UniqueConstraint("video_id", "place", name=op.f("uq_video_tracks_video_id_place")),
    )
    op.create_table(
        "video_searches",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_video_searches_search_id")),
        sa.ForeignKeyConstraint(["track_id"], ["video_tracks.id"], name=op.f("fk_video_searches_track_id")),
        sa.PrimaryKeyConstraint("search_id", name=op.f("pk_video_searches")),
    )
    op.create_index(op.f("ix_video_searches_track_id"), "video_searches", ["track_id"], unique=False)
    op.create_table(
        "video_shots",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_video_shots_quality_range")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_video_shots_sample_id")),
        sa.ForeignKeyConstraint(["track_id"], ["video_tracks.id"], name=op.f("fk_video_shots_track_id")),
        sa.PrimaryKeyConstraint("track_id", "place", name=op.f("pk_video_shots")),
        sa.UniqueConstraint("sample_id", name=op.f("uq_video_shots_sample_id")),
    )
