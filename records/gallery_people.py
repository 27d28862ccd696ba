"""Draws people of the gallery for a calibration: one face of each, of one producer."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from biometrics.template import Modality
from matcher.parameters import OWN_GALLERY
from records.tables import TemplateRow

_CHUNK = 5_000


@dataclass(frozen=True)
class DrawnPeople:
    """Different people, and one template of each in the same order."""

    person_ids: tuple[UUID, ...]
    payloads: tuple[bytes, ...]


def draw_people(session: Session, producer: str) -> DrawnPeople:
    """Draw at most so many people at random, of all states; of several faces of a person any one.

    Children's and training records take no part.
    """
    first, last = session.execute(select(func.min(TemplateRow.id), func.max(TemplateRow.id))).one()
    if first is None:
        return DrawnPeople((), ())
    found: dict[UUID, bytes] = {}
    ids = _ids(int(first), int(last))
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(
            select(TemplateRow.person_id, TemplateRow.payload).where(
                TemplateRow.id.in_(ids[start : start + _CHUNK].tolist()),
                TemplateRow.modality == str(Modality.FACE),
                TemplateRow.producer == producer,
                TemplateRow.person_id.is_not(None),
                TemplateRow.tags["child"].as_integer() == 0,
                TemplateRow.tags["training"].as_integer() == 0,
            )
        )
        for row in rows:
            found.setdefault(row.person_id, bytes(row.payload))
        if len(found) >= OWN_GALLERY.most_people:
            break
    chosen = list(found.items())[: OWN_GALLERY.most_people]
    return DrawnPeople(tuple(person for person, _ in chosen), tuple(payload for _, payload in chosen))


def _ids(first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return all numbers of templates in any order, or so many of them as are looked at."""
    random = np.random.default_rng(OWN_GALLERY.seed)
    if last - first < OWN_GALLERY.sampled_references:
        return random.permutation(np.arange(first, last + 1))
    drawn = np.unique(random.integers(first, last + 1, OWN_GALLERY.sampled_references))
    return random.permutation(drawn)
