"""A real PostgreSQL with invented references in it, written as fast as it takes them."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import psycopg

from benchmarks.invented_gallery import PRODUCER, SLOT, Invented
from benchmarks.progress import ProgressLike
from nishan.embedded.postgres import EmbeddedPostgres
from records.database import migrate

TAGS = {"state": 29, "sex": 1, "day": 20500, "child": 0, "training": 1, "position": 0, "birth_year": 1980}
COPIED = (
    "COPY templates (sample_id, person_id, encounter_id, modality, producer, position, payload, quality, "
    "quality_reasons, tags, created_at) FROM STDIN"
)


@contextmanager
def records_in(place: Path) -> Iterator[str]:
    """Start a PostgreSQL whose files lie below ``place``, and yield the address of a migrated database."""
    server = EmbeddedPostgres(place / "postgres", place / "postgres.log")
    server.start()
    try:
        server.create_database("nishan")
        migrate(server.url)
        yield server.url
    finally:
        server.stop()


@contextmanager
def temporary_place() -> Iterator[Path]:
    """Yield a folder that goes with everything in it."""
    with tempfile.TemporaryDirectory(prefix="nishan-scale-") as folder:
        yield Path(folder)


def without_foreign_keys(connection: psycopg.Connection[object]) -> None:
    """Let templates stand without samples and persons: a gallery reads neither."""
    connection.execute("SET session_replication_role = replica")


def fill_records(url: str, invented: Invented, progress: ProgressLike) -> None:
    """Write each vector as a template of a person of its own, and the feed's line of it."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    ids = np.random.default_rng(3).bytes(16 * len(invented.vectors))
    with psycopg.connect(url) as connection:
        without_foreign_keys(connection)
        with connection.cursor() as cursor, cursor.copy(COPIED) as copy:
            rows = zip(invented.vectors, invented.slots.tolist(), strict=True)
            for row, (vector, slot) in enumerate(progress.track(rows, len(invented.vectors), "writing")):
                person = UUID(bytes=ids[16 * row : 16 * row + 16])
                tags = json.dumps({**TAGS, SLOT: slot})
                payload = vector.tobytes()
                copy.write_row((person, person, person, "face", PRODUCER, 0, payload, 0.9, "[]", tags, at))
        connection.execute(
            "INSERT INTO gallery_changes (kind, reference_id, created_at) "
            "SELECT 'add', id, created_at FROM templates ORDER BY id"
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE templates")


def environment_of(url: str) -> dict[str, str]:
    """Return the environment of a child process that finds the database there."""
    return {**os.environ, "NISHAN_DATABASE_URL": url}
