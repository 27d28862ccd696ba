"""Makes a gallery of many people out of one: copies of a real record, each with a face of its own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.ids import new_id
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.tables import EncounterRow, PersonRow, Row, SampleRow, TemplateRow

Faces = NDArray[np.float32]


def faces(people: int, doubled: int = 0, seed: int = 1) -> Faces:
    """Return faces of so many people; of the first ones a second one follows, alike by about 0.8."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(people, 128))
    again = vectors[:doubled] + 0.75 * random.normal(size=(doubled, 128))
    every = np.concatenate([vectors, again])
    return np.asarray(every / np.linalg.norm(every, axis=1, keepdims=True), dtype="<f4")


def copy_people(session: Session, vectors: Faces, producer: str) -> list[UUID]:
    """Add a person like the newest one for each face, and announce them to galleries; return their ids."""
    template = session.scalars(select(TemplateRow).order_by(TemplateRow.id.desc()).limit(1)).one()
    sample = session.get_one(SampleRow, template.sample_id)
    person = session.get_one(PersonRow, template.person_id)
    encounter = session.get_one(EncounterRow, template.encounter_id)
    last = int(session.scalar(select(func.max(PersonRow.number))) or 0)
    ids = [(new_id(), new_id(), new_id()) for _ in vectors]
    linked = [{"person_id": own, "encounter_id": met} for own, met, _ in ids]
    _copy(session, person, [{"id": own, "number": str(last + n)} for n, (own, _, _) in enumerate(ids, 1)])
    _copy(session, encounter, [{"id": met, "person_id": own} for own, met, _ in ids])
    samples = [{"id": of, "object_key": str(of), "thumbnail_key": None} for _, _, of in ids]
    _copy(session, sample, [link | each for link, each in zip(linked, samples, strict=True)])
    templates = [
        {"sample_id": of, "producer": producer, "payload": vector.tobytes(), **link}
        for (_, _, of), vector, link in zip(ids, vectors, linked, strict=True)
    ]
    before = session.scalar(select(func.max(TemplateRow.id)))
    _copy(session, template, templates, without=("id",))
    added = session.scalars(select(TemplateRow.id).where(TemplateRow.id > before)).all()
    gallery_feed.append(session, ChangeKind.ADD, added)
    return [own for own, _, _ in ids]


def _copy(session: Session, row: Row, changes: Sequence[dict[str, Any]], without: Sequence[str] = ()) -> None:
    plain = {
        column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in without
    }
    session.execute(insert(type(row)), [{**plain, **change} for change in changes])
