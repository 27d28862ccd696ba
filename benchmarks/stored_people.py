"""Invented people in a database of their own, with real templates but no images, to weigh their rows."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from benchmarks.progress import ProgressLike
from benchmarks.speed.filling import PER_TRANSACTION, details, encounter
from biometrics.template import FingerPosition, Impression, Modality, Template
from core.ids import new_id, sha256_hex
from nishan.embedded.postgres import EmbeddedPostgres
from records import encounters, persons, samples, templates
from records.access import Role
from records.accounts import create_account, officer_named
from records.database import Database, migrate
from records.sample_values import StagedSample

_USERNAME = "weigher"


@contextmanager
def empty_database() -> Iterator[Database]:
    """Start a PostgreSQL with our tables, and end it with the block."""
    with tempfile.TemporaryDirectory(prefix="nishan-costs-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", Path(folder) / "postgres.log")
        server.start()
        try:
            server.create_database("nishan")
            migrate(server.url)
            database = Database(server.url)
            with database.transaction() as session:
                create_account(
                    session, _USERNAME, "weighs for benchmarks", "Weigher", Role.STATION, "29", "29"
                )
            yield database
            database.dispose()
        finally:
            server.stop()


def store_people(
    database: Database,
    people: int,
    faces: Sequence[Template],
    fingers: Sequence[Template],
    progress: ProgressLike,
) -> None:
    """Write people with one encounter, two faces and ten fingers each, taking the templates by turns."""
    with database.transaction() as session:
        officer = officer_named(session, _USERNAME)
    starts = range(0, people, PER_TRANSACTION)
    for start in progress.track(starts, len(starts), "writing people"):
        with database.transaction() as session:
            for number in range(start, min(start + PER_TRANSACTION, people)):
                person = persons.create_person(session, details(number), "29")
                stored = encounters.add_encounter(session, person.id, encounter(), officer)
                taken = [faces[(2 * number + k) % len(faces)] for k in range(2)]
                taken += [fingers[(10 * number + k) % len(fingers)] for k in range(10)]
                rows = [
                    samples.sample_row(_staged(each), samples.SampleRole.ENROLMENT, officer) for each in taken
                ]
                session.add_all(rows)
                session.flush()
                ids = [row.id for row in rows]
                templates.save_templates(session, list(zip(ids, taken, strict=True)))
                templates.link_to_person(session, ids, person.id, stored.id)


def row_bytes(database: Database) -> dict[str, float]:
    """Return the bytes on disk of one row of each table that has any, its indexes included."""
    with database.transaction() as session:
        session.execute(text("ANALYZE"))
    query = text(
        "SELECT relname, pg_total_relation_size(oid), reltuples FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 50"
    )
    with database.transaction() as session:
        return {name: round(size / rows, 1) for name, size, rows in session.execute(query)}


def template_row_bytes(database: Database) -> dict[str, float]:
    """Return the bytes on disk of one template's row by its modality, indexes in proportion."""
    query = text(
        "SELECT modality, sum(pg_column_size(t.*))::float8, count(*), "
        "pg_total_relation_size('templates')::float8 FROM templates t GROUP BY modality"
    )
    with database.transaction() as session:
        found = session.execute(query).all()
    whole = sum(size for _, size, _, _ in found)
    return {modality: round(size / whole * disk / rows, 1) for modality, size, rows, disk in found}


def _staged(template: Template) -> StagedSample:
    sample_id, is_face = new_id(), template.modality is Modality.FACE
    return StagedSample(
        id=sample_id,
        modality=template.modality,
        position=FingerPosition.UNKNOWN if is_face else template.position,
        impression=None if is_face else Impression.PLAIN,
        dpi=None if is_face else 500.0,
        media_type="image/jpeg" if is_face else "image/png",
        file_name="face.jpg" if is_face else "finger_1.png",
        bytes=100_000,
        sha256=sha256_hex(sample_id.bytes),
        object_key=f"samples/{sample_id}",
        thumbnail_key=f"thumbnails/{sample_id}",
        face_index=None,
    )
