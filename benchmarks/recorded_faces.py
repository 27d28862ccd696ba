"""Writes invented face templates into a database's records, only as much of them as galleries read."""

from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.invented_gallery import Invented
from biometrics.template import Modality

_COPY = (
    "COPY templates (sample_id, person_id, encounter_id, modality, producer, position, payload, quality,"
    " quality_reasons, tags, created_at) FROM STDIN"
)
_ANNOUNCE = (
    "INSERT INTO gallery_changes (kind, reference_id, created_at) SELECT 'add', id, now() FROM templates"
    " ORDER BY id"
)


def record_faces(database_url: str, invented: Invented, producer: str) -> None:
    """Record one template for each invented person, without the person, and announce them in the feed.

    Needs a superuser, since the keys to persons and samples that are not there must go unchecked.
    """
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(_COPY) as copy:
            for row in range(len(invented.vectors)):
                copy.write_row(_row(row, invented.vectors[row], producer))
        cursor.execute(_ANNOUNCE)


def _row(row: int, vector: NDArray[np.float32], producer: str) -> tuple[object, ...]:
    person = UUID(int=row + 1)
    payload = vector.astype("<f4").tobytes()
    at = "2026-01-01T00:00:00Z"
    return (person, person, person, Modality.FACE.value, producer, 0, payload, 1.0, "[]", "{}", at)
