"""Changes written into the records as they would be, and kept to be replayed: only what galleries read."""

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import numpy as np
from sqlalchemy import text

from biometrics.template import FingerPosition, Modality
from matcher.calibration import calibration_for
from matcher.candidates import Change, ChangeKind, Reference
from records import gallery_feed
from records.database import Database, Session

DIMENSIONS = 128


def face_producer() -> str:
    """The producer that the shipped calibration of faces is of."""
    from importlib.resources import files

    producer: str = json.loads((files("matcher.face") / "calibration.json").read_text("utf-8"))["producer"]
    assert calibration_for(Modality.FACE, producer)
    return producer


class RecordedFeed:
    """References of invented people, changed in the database and remembered with their numbers."""

    def __init__(self, database: Database, seed: int, people: int) -> None:
        self.changes: list[Change] = []
        self.owner_changed_at = 0
        self._database = database
        self._random = np.random.default_rng(seed)
        self._held: dict[int, Reference] = {}
        self._next_id = 1
        self._people = [uuid4() for _ in range(people)]
        self._producer = face_producer()

    def vector(self, near: bytes = b"") -> bytes:
        """Return a unit vector; one much like ``near`` if that is given."""
        values = self._random.normal(size=DIMENSIONS)
        if near:
            values = 0.08 * values + np.frombuffer(near, "<f4")
        return bytes((values / np.linalg.norm(values)).astype("<f4").tobytes())

    def held(self) -> list[Reference]:
        """Return the references there are now."""
        return list(self._held.values())

    def any_payload(self) -> bytes:
        """Return the template of some reference."""
        return self._held[int(self._random.choice(list(self._held)))].payload

    def grow(self, references: int) -> None:
        """Add references in one transaction."""
        with self._database.transaction() as session:
            added = [self._new() for _ in range(references)]
            self._write(session, added)
        with self._database.transaction() as session:
            numbers = range(gallery_feed.head(session) - references + 1, gallery_feed.head(session) + 1)
        for number, reference in zip(numbers, added, strict=True):
            self.changes.append(Change(number, ChangeKind.ADD, reference.reference_id, reference))

    def change(self) -> None:
        """Make one random change: another reference, tags, owner or template, or one reference less."""
        choice = self._random.random()
        with self._database.transaction() as session:
            if choice < 0.4:
                reference: Reference | None = self._new()
                reference_id = self._next_id - 1
            else:
                reference_id = int(self._random.choice(list(self._held)))
                reference = self._altered(self._held.pop(reference_id), choice)
                session.execute(text("DELETE FROM templates WHERE id = :id"), {"id": reference_id})
            if reference is not None:
                self._write(session, [reference])
            else:
                gallery_feed.append(session, ChangeKind.REMOVE, [reference_id])
        with self._database.transaction() as session:
            number = gallery_feed.head(session)
        if 0.55 <= choice < 0.7:
            self.owner_changed_at = number
        kind = ChangeKind.REMOVE if reference is None else ChangeKind.ADD
        self.changes.append(Change(number, kind, reference_id, reference))

    def erase(self, reference_id: int) -> None:
        """Remove a reference as an erasure does."""
        del self._held[reference_id]
        with self._database.transaction() as session:
            session.execute(text("DELETE FROM templates WHERE id = :id"), {"id": reference_id})
            gallery_feed.append(session, ChangeKind.REMOVE, [reference_id])
        with self._database.transaction() as session:
            number = gallery_feed.head(session)
        self.changes.append(Change(number, ChangeKind.REMOVE, reference_id))

    def _altered(self, reference: Reference, choice: float) -> Reference | None:
        if choice < 0.55:
            return replace(reference, tags={"training": 0, "state": int(self._random.integers(0, 4))})
        if choice < 0.7:
            return replace(reference, subject=self._people[int(self._random.integers(len(self._people)))])
        return replace(reference, payload=self.vector()) if choice < 0.85 else None

    def _new(self) -> Reference:
        self._next_id += 1
        return Reference(
            self._next_id - 1,
            self._people[int(self._random.integers(len(self._people)))],
            Modality.FACE,
            self._producer,
            FingerPosition.UNKNOWN,
            self.vector(),
            {"training": 0, "state": int(self._random.integers(0, 4))},
        )

    def _write(self, session: Session, references: Sequence[Reference]) -> None:
        # Persons and samples behind the templates are none of a gallery's business: no keys are checked.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text(
                "INSERT INTO templates (id, sample_id, person_id, encounter_id, modality, producer, position,"
                " payload, quality, quality_reasons, tags, created_at) OVERRIDING SYSTEM VALUE VALUES (:id,"
                " :sample, :person, :person, 'face', :producer, 0, :payload, 1, '[]', :tags, now())"
            ),
            [
                {
                    "id": item.reference_id,
                    "sample": uuid4(),
                    "person": item.subject,
                    "producer": item.producer,
                    "payload": item.payload,
                    "tags": json.dumps(item.tags),
                }
                for item in references
            ],
        )
        self._held.update((item.reference_id, item) for item in references)
        gallery_feed.append(session, ChangeKind.ADD, [item.reference_id for item in references])
