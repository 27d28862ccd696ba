"""Draws the faces of a report on groups: one template of each of some people, with what marks their group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from biometrics.template import Modality
from core.clock import now
from matcher.parameters import FAIRNESS
from records import audit
from records.access import Officer, Permission, require
from records.generation_reading import active_generation
from records.tables import TemplateRow
from records.tags import SEX_TAGS

_CHUNK = 5_000
_AGES = ((0, 17, "under 18"), (18, 24, "18 to 24"), (25, 34, "25 to 34"), (35, 49, "35 to 49"))
_OLDEST = "50 and over"
_UNKNOWN = "unknown"
_SEXES = {tag: str(sex) for sex, tag in SEX_TAGS.items()}


@dataclass(frozen=True)
class FaceSample:
    """Faces of different people, all of one producer.

    Attributes:
        labels: By attribute the group of each face.
        people_estimated: How many people with such a face the officer's part of the gallery holds.
        whole: Whether these are all of them.
    """

    producer: str
    payloads: tuple[bytes, ...]
    labels: Mapping[str, tuple[str, ...]]
    people_estimated: int
    whole: bool


def draw_faces(session: Session, officer: Officer, *, training: bool = False) -> FaceSample:
    """Draw at most so many people at random from the officer's partition.

    Children's records take no part, and training records only among themselves.
    """
    require(officer, Permission.READ_FAIRNESS)
    first, last = session.execute(select(func.min(TemplateRow.id), func.max(TemplateRow.id))).one()
    if first is None:
        return FaceSample("", (), {}, 0, whole=True)
    span = last - first + 1
    random = np.random.default_rng(FAIRNESS.seed)
    whole = span <= FAIRNESS.sampled_references
    drawn = random.integers(first, last + 1, FAIRNESS.sampled_references)
    ids = np.arange(first, last + 1) if whole else np.unique(drawn)
    found: dict[object, Any] = {}
    allowed = _allowed(officer, training)
    if active := active_generation(session, Modality.FACE):
        allowed.append(TemplateRow.producer == active.producer)  # the scores that officers see are of these
    for start in range(0, len(ids), _CHUNK):
        chunk = [int(number) for number in ids[start : start + _CHUNK]]
        for row in session.execute(_FACES.where(TemplateRow.id.in_(chunk), *allowed)):
            found[row.person_id] = row  # a later template of the same person takes the place of an earlier
    return _sample(list(found.values()), whole, span / len(ids), random)


_FACES = select(TemplateRow.person_id, TemplateRow.producer, TemplateRow.payload, TemplateRow.tags).where(
    TemplateRow.modality == Modality.FACE, TemplateRow.person_id.is_not(None)
)


def _allowed(officer: Officer, training: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        TemplateRow.tags["child"].as_integer() == 0,
        TemplateRow.tags["training"].as_integer() == int(training),
    ]
    if officer.state_code is not None:
        conditions.append(TemplateRow.tags["state"].as_integer() == int(officer.state_code))
    return conditions


def _sample(rows: Sequence[Any], whole: bool, factor: float, random: np.random.Generator) -> FaceSample:
    if not rows:
        return FaceSample("", (), {}, 0, whole)
    producer = Counter(row.producer for row in rows).most_common(1)[0][0]
    alike = [row for row in rows if row.producer == producer]
    chosen = [alike[place] for place in random.permutation(len(alike))[: FAIRNESS.sampled_people]]
    return FaceSample(
        producer=producer,
        payloads=tuple(bytes(row.payload) for row in chosen),
        labels={
            "sex": tuple(_SEXES.get(row.tags.get("sex"), _UNKNOWN) for row in chosen),
            "age": tuple(_age(row.tags.get("birth_year")) for row in chosen),
            "state": tuple(f"{row.tags['state']:02d}" for row in chosen),
        },
        people_estimated=round(len(alike) * factor),
        whole=whole and len(chosen) == len(alike),
    )


def _age(birth_year: int | None) -> str:
    if birth_year is None:
        return _UNKNOWN
    years = now().year - birth_year
    return next((name for low, high, name in _AGES if low <= years <= high), _OLDEST)


def note_report(session: Session, officer: Officer, details: Mapping[str, Any]) -> None:
    """Write to the audit that a report on groups was made."""
    audit.append(session, officer, "report.fairness", "gallery", "faces", details=details)
