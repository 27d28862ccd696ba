"""Finding persons by a name in any script, an alias, a relative, the lifelong number or an FIR number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array, distinct_on
from sqlalchemy.orm import Session

from biometrics.template import Modality
from records.access import Officer, Permission, require
from records.names import romanised_words, similarity, word_keys
from records.pages import Page, cut_page, id_place, page_size, read_cursor, write_cursor
from records.parameters import PAGES
from records.person_details import Sex
from records.tables import EncounterRow, PersonNameRow, PersonRow, SampleRow
from records.text import check_text
from records.visibility import encounter_visible, person_visible

_NUMBER = re.compile(r"[0-9]{10}")
_FIR = re.compile(r"(?:FIR\s*)?(?:no\.?\s*)?0*([0-9]{1,9})\s*/\s*([0-9]{4})", re.IGNORECASE)


@dataclass(frozen=True)
class PersonSummary:
    """One line of a list of persons. ``encounters`` counts those the officer may see."""

    id: UUID
    number: str
    display_name: str
    names: tuple[str, ...]
    relative_name: str
    sex: Sex
    birth_year: int | None
    training: bool
    encounters: int
    face_sample_id: UUID | None


def find_persons(
    session: Session, officer: Officer, text: str = "", limit: int = 20, cursor: str | None = None
) -> Page[PersonSummary]:
    """Return persons the officer may see: the best match first, or the newest first without a text."""
    require(officer, Permission.READ_PERSONS)
    wanted, size = check_text(text, "search text", 200).strip(), page_size(limit)
    if not wanted:
        return _newest(session, officer, size, cursor)
    if _NUMBER.fullmatch(wanted):
        return _matching(session, officer, PersonRow.number == wanted)
    if fir := _FIR.fullmatch(wanted):
        return _by_fir(session, officer, int(fir[1]), int(fir[2]), size, cursor)
    return _by_name(session, officer, wanted, size, cursor)


def _newest(session: Session, officer: Officer, size: int, cursor: str | None) -> Page[PersonSummary]:
    query = select(PersonRow).where(person_visible(officer)).order_by(PersonRow.id.desc())
    if after := id_place(cursor):
        query = query.where(PersonRow.id < after)
    return _page(session, officer, session.scalars(query.limit(size + 1)).all(), size)


def _by_fir(
    session: Session, officer: Officer, serial: int, year: int, size: int, cursor: str | None
) -> Page[PersonSummary]:
    in_case = select(EncounterRow.person_id).where(
        EncounterRow.fir_serial == serial, EncounterRow.fir_year == year, encounter_visible(officer)
    )
    query = select(PersonRow).where(PersonRow.id.in_(in_case), person_visible(officer))
    if after := id_place(cursor):
        query = query.where(PersonRow.id < after)
    return _page(
        session, officer, session.scalars(query.order_by(PersonRow.id.desc()).limit(size + 1)).all(), size
    )


def _matching(session: Session, officer: Officer, condition: Any) -> Page[PersonSummary]:
    rows = session.scalars(select(PersonRow).where(condition, person_visible(officer))).all()
    return Page(tuple(_summaries(session, officer, rows)))


def _page(session: Session, officer: Officer, rows: Sequence[PersonRow], size: int) -> Page[PersonSummary]:
    summaries = {item.id: item for item in _summaries(session, officer, rows[:size])}
    places = cut_page(rows, size, lambda row: row.id, lambda row: [str(row.id)])
    return Page(tuple(summaries[place] for place in places.items), places.next_cursor)


def _by_name(
    session: Session, officer: Officer, wanted: str, size: int, cursor: str | None
) -> Page[PersonSummary]:
    words = romanised_words(wanted)
    keys = [key for word in words for key in _query_keys(word)]
    if not keys:
        return Page(())
    start = max(0, read_cursor(cursor, int)[0]) if cursor else 0
    ranked = _ranked(session, officer, words, keys)[start : start + size + 1]
    rows = {row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(ranked[:size])))}
    summaries = _summaries(session, officer, [rows[person] for person in ranked[:size]])
    return Page(tuple(summaries), write_cursor([start + size]) if len(ranked) > size else None)


def _query_keys(word: str) -> list[str]:
    keys = list(word_keys(word))
    return keys if len(keys) == 1 else keys[:2]


def _ranked(session: Session, officer: Officer, words: list[str], keys: list[str]) -> list[UUID]:
    """Fetch the names sharing most keys with the query, then order persons by their most similar name."""
    asked = cast(array(keys), ARRAY(Text))
    shared = func.cardinality(
        func.array(
            select(func.unnest(PersonNameRow.keys)).intersect(select(func.unnest(asked))).scalar_subquery()
        )
    )
    query = (
        select(PersonNameRow.person_id, PersonNameRow.romanised, PersonNameRow.kind)
        .join(PersonRow, PersonRow.id == PersonNameRow.person_id)
        .where(PersonNameRow.keys.overlap(asked), person_visible(officer))
        .order_by(shared.desc(), PersonNameRow.person_id.desc())
        .limit(PAGES.name_search_pool)
    )
    best: dict[UUID, float] = {}
    for person_id, romanised, kind in session.execute(query):
        value = similarity(words, romanised.split()) - (0.1 if kind == "relative" else 0.0)
        best[person_id] = max(value, best.get(person_id, -1.0))
    return sorted(best, key=lambda person: (-best[person], person.hex))


def _summaries(session: Session, officer: Officer, rows: Sequence[PersonRow]) -> list[PersonSummary]:
    ids = [row.id for row in rows]
    names = _grouped(
        session.execute(
            select(PersonNameRow.person_id, PersonNameRow.kind, PersonNameRow.text)
            .where(PersonNameRow.person_id.in_(ids))
            .order_by(PersonNameRow.person_id, PersonNameRow.place)
        )
    )
    counted = session.execute(
        select(EncounterRow.person_id, func.count())
        .where(EncounterRow.person_id.in_(ids), encounter_visible(officer))
        .group_by(EncounterRow.person_id)
    )
    counts = {row[0]: row[1] for row in counted}
    faces = newest_faces(session, officer, ids)
    return [_summary(row, names.get(row.id, []), counts.get(row.id, 0), faces.get(row.id)) for row in rows]


def _grouped(rows: Any) -> dict[UUID, list[tuple[str, str]]]:
    grouped: dict[UUID, list[tuple[str, str]]] = {}
    for person_id, kind, text in rows:
        grouped.setdefault(person_id, []).append((kind, text))
    return grouped


def _summary(
    row: PersonRow, names: Sequence[tuple[str, str]], encounters: int, face: UUID | None
) -> PersonSummary:
    own = [text for kind, text in names if kind != "relative"]
    primary = [text for kind, text in names if kind == "primary"]
    return PersonSummary(
        id=row.id,
        number=row.number,
        display_name=(primary or own or [""])[0],
        names=tuple(own),
        relative_name=next((text for kind, text in names if kind == "relative"), ""),
        sex=Sex(row.sex),
        birth_year=row.birth_year,
        training=row.training,
        encounters=encounters,
        face_sample_id=face,
    )


def newest_faces(session: Session, officer: Officer, person_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return for each person the newest face sample of a visible encounter."""
    rows = session.execute(
        select(SampleRow.person_id, SampleRow.id)
        .join(EncounterRow, EncounterRow.id == SampleRow.encounter_id)
        .where(
            SampleRow.person_id.in_(list(person_ids)),
            SampleRow.modality == Modality.FACE,
            encounter_visible(officer),
        )
        .order_by(SampleRow.person_id, EncounterRow.occurred_at.desc(), SampleRow.id.desc())
        .ext(distinct_on(SampleRow.person_id))
    )
    return {person: sample for person, sample in rows if person is not None}
