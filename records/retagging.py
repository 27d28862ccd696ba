"""Writes the tags of a person's references from the person and the encounter each belongs to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from biometrics.template import FingerPosition
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.person_details import Sex
from records.tables import EncounterRow, PersonRow, TemplateRow
from records.tags import reference_tags


def retag_person(session: Session, person_id: UUID) -> int:
    """Tag all references of a person anew and announce those whose tags changed; return their number."""
    rows = session.scalars(
        select(TemplateRow).where(TemplateRow.person_id == person_id).with_for_update()
    ).all()
    changed = [row for row, tags in _with_tags(session, person_id, rows) if _assign(row, tags)]
    session.flush()
    gallery_feed.append(session, ChangeKind.ADD, [row.id for row in changed])
    return len(changed)


def tag_references(session: Session, person_id: UUID, rows: Sequence[TemplateRow]) -> None:
    """Tag newly linked references and announce all of them."""
    for row, tags in _with_tags(session, person_id, rows):
        row.tags = tags
    session.flush()
    gallery_feed.append(session, ChangeKind.ADD, [row.id for row in rows])


def _assign(row: TemplateRow, tags: dict[str, int]) -> bool:
    if row.tags == tags:
        return False
    row.tags = tags
    return True


def _with_tags(
    session: Session, person_id: UUID, rows: Sequence[TemplateRow]
) -> list[tuple[TemplateRow, dict[str, int]]]:
    person = session.get_one(PersonRow, person_id)
    encounters = {
        encounter.id: encounter
        for encounter in session.scalars(select(EncounterRow).where(EncounterRow.person_id == person_id))
    }
    tagged = []
    for row in rows:
        assert row.encounter_id is not None
        encounter = encounters[row.encounter_id]
        tags = reference_tags(
            state_code=encounter.state_code,
            sex=Sex(person.sex),
            birth_year=person.birth_year,
            occurred_at=encounter.occurred_at,
            child=encounter.child_in_conflict,
            training=person.training or encounter.training,
            position=FingerPosition(row.position),
        )
        tagged.append((row, tags))
    return tagged
