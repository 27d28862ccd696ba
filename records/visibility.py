"""Which encounters, and through them which persons and samples, an officer may see."""

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlalchemy.orm import aliased

from records.access import Officer, Role, may_see_children
from records.kept_statements import kept
from records.tables import (
    EncounterRow,
    PersonRow,
    SampleRow,
    SearchProbeRow,
    SearchRow,
    VideoRow,
    VideoShotRow,
    VideoTrackRow,
)


@kept
def encounter_visible(officer: Officer, encounter: type[EncounterRow] = EncounterRow) -> ColumnElement[bool]:
    """Encounters of the officer's state; those of children only for supervisors and the station itself."""
    conditions: list[ColumnElement[bool]] = [true()]
    if officer.state_code is not None:
        conditions.append(encounter.state_code == officer.state_code)
    if not may_see_children(officer):
        own = encounter.station_code == (officer.station_code or "")
        by_station = and_(encounter.child_in_conflict, own, encounter.station_code != "")
        adult = encounter.child_in_conflict.is_(False)
        conditions.append(or_(adult, by_station) if officer.role is Role.STATION else adult)
    return and_(*conditions)


@kept
def person_visible(officer: Officer) -> ColumnElement[bool]:
    """Persons, not erased, with at least one visible encounter."""
    encounter = aliased(EncounterRow)
    has_visible = exists().where(encounter.person_id == PersonRow.id, encounter_visible(officer, encounter))
    return and_(PersonRow.erased_at.is_(None), has_visible)


@kept
def search_visible(officer: Officer) -> ColumnElement[bool]:
    """An officer's own searches; those of the state for whoever reads all; for examiners, to verify them."""
    return _own_or_of_state(officer, SearchRow)


@kept
def video_visible(officer: Officer) -> ColumnElement[bool]:
    """Videos, for the same officers as the searches made with them."""
    return _own_or_of_state(officer, VideoRow)


def _own_or_of_state(officer: Officer, table: type[SearchRow] | type[VideoRow]) -> ColumnElement[bool]:
    own = table.officer_id == officer.account_id
    if officer.role not in (Role.EXAMINER, Role.SUPERVISOR, Role.AUDITOR):
        return own
    if officer.state_code is None:
        return true()
    return or_(own, table.state_code == officer.state_code)


@kept
def sample_visible(officer: Officer) -> ColumnElement[bool]:
    """Samples of visible encounters, searches and videos, and those the officer sent in."""
    encounter = aliased(EncounterRow)
    of_encounter = exists().where(
        encounter.id == SampleRow.encounter_id, encounter_visible(officer, encounter)
    )
    of_search = exists().where(
        or_(SearchProbeRow.sample_id == SampleRow.id, SearchProbeRow.sample_id == SampleRow.slap_id),
        SearchRow.id == SearchProbeRow.search_id,
        search_visible(officer),
    )
    of_video = exists().where(
        VideoShotRow.sample_id == SampleRow.id,
        VideoTrackRow.id == VideoShotRow.track_id,
        VideoRow.id == VideoTrackRow.video_id,
        video_visible(officer),
    )
    in_state = true() if officer.state_code is None else SampleRow.state_code == officer.state_code
    sent_in = and_(
        SampleRow.encounter_id.is_(None),
        or_(
            SampleRow.officer_id == officer.account_id,
            and_(SampleRow.enrolment_id.is_not(None), in_state, _own_station(officer)),
        ),
    )
    return or_(of_encounter, of_search, of_video, sent_in)


def _own_station(officer: Officer) -> ColumnElement[bool]:
    if officer.role is Role.STATION:
        return SampleRow.station_code == (officer.station_code or "")
    return true()
