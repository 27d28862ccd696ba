"""What an officer of one state, station or role can and cannot see; existence is never revealed."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from biometrics.template import Modality
from core.errors import Forbidden, NotFound
from matcher.candidates import Candidate, SearchResult
from records.access import Officer, Purpose, Role, SearchFilters, search_filter
from records.database import Database
from records.encounters import Disposal, add_encounter, encounters_of, set_disposal
from records.enrolments import accept, enrolment_for, list_enrolments
from records.holds import place_hold
from records.image_store import ImageStore
from records.linking import link
from records.persons import Person, find_persons, person_by_number, person_for, update_person
from records.retention import OtherStatesHold, erase_person
from records.samples import (
    SampleRole,
    add_sample,
    sample_image,
    sample_thumbnail,
    samples_of_person,
    stage_sample,
    store_sample,
)
from records.searches import SearchKind, list_searches, save_search, search_for
from records.templates import link_to_person, save_templates
from tests.integration.records.people import arrest, details, enrolled, officer, template


def _result(*persons: Person) -> SearchResult:
    candidates = tuple(Candidate(n + 1, p.id, 50.0, 1e-5, 0.01, ()) for n, p in enumerate(persons))
    return SearchResult(candidates, 10, 10, 1)


def _looks(by: Officer, other: Officer, person: Person, encounter_id, sample_id, store: ImageStore):
    """Every way of reaching another state's person."""
    return [
        lambda s: person_for(s, other, person.id),
        lambda s: person_by_number(s, other, person.number),
        lambda s: update_person(s, other, person.id, details("Someone Else")),
        lambda s: sample_image(s, store, other, sample_id),
        lambda s: sample_thumbnail(s, store, other, sample_id),
        lambda s: set_disposal(s, other, encounter_id, Disposal.ACQUITTED, date(2026, 5, 1), True),
        lambda s: erase_person(s, store, other, person.id, "Ordered"),
        lambda s: place_hold(s, other, person.id, "Court", "1", "Reason"),
    ]


def test_another_states_person_does_not_exist(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by, other = officer(s, Role.SUPERVISOR), officer(s, Role.SUPERVISOR, state="27")
        person, encounter_id, samples = enrolled(s, image_store, by, person=details("Quite Unusual"))
    for look in _looks(by, other, person, encounter_id, samples[0], image_store):
        with pytest.raises(NotFound), database.transaction() as s:
            look(s)
    with database.transaction() as s:
        assert encounters_of(s, other, person.id) == ()
        assert samples_of_person(s, other, person.id) == ()
        assert link(s, other, _result(person)) == []
        for text in ("Quite Unusual", person.number, "17/2026", ""):
            assert person.id not in {item.id for item in find_persons(s, other, text, 200).items}, text
            assert person.id in {item.id for item in find_persons(s, by, text, 200).items}, text


def test_answer_is_the_same_for_unknown_and_for_hidden(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        person, _, _ = enrolled(s, image_store, officer(s))
        other = officer(s, state="27")
    said = []
    for person_id in (person.id, uuid4()):
        with pytest.raises(NotFound) as problem, database.transaction() as s:
            person_for(s, other, person_id)
        said.append((problem.value.code, problem.value.message, problem.value.facts))
    assert said[0] == said[1]


def test_person_of_two_states_shows_each_its_own_encounters(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        here, there = officer(s), officer(s, state="27", station="2701")
        everywhere = officer(s, Role.INVESTIGATOR, state=None)
        person, first, (sample_here,) = enrolled(s, image_store, here)
        second = add_encounter(s, person.id, arrest("27"), there)
        staged = stage_sample(image_store, b"taken there", Modality.FACE)
        sample_there = add_sample(s, staged, SampleRole.ENROLMENT, there).id
        save_templates(s, [(sample_there, template(9))])
        link_to_person(s, [sample_there], person.id, second.id)
    with database.transaction() as s:
        seen = {by: [e.id for e in encounters_of(s, by, person.id)] for by in (here, there, everywhere)}
        assert (seen[here], seen[there]) == ([first], [second.id])
        assert set(seen[everywhere]) == {first, second.id}
        assert link(s, here, _result(person))[0].face_sample_ids == (sample_here,)
        assert link(s, there, _result(person))[0].face_sample_ids == (sample_there,)
        with pytest.raises(NotFound):
            sample_image(s, image_store, here, sample_there)
        assert sample_image(s, image_store, there, sample_there) == b"taken there"
    with database.transaction() as s, pytest.raises(OtherStatesHold):
        erase_person(s, image_store, officer(s, Role.SUPERVISOR), person.id, "Acquitted")


def test_child_is_seen_by_supervisors_and_the_station_only(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        station = officer(s, station="2905")
        watchers = {
            "supervisor": officer(s, Role.SUPERVISOR),
            "own station": officer(s, station="2905"),
            "other station": officer(s, station="2906"),
            "no station": officer(s, station=None),
            "investigator": officer(s, Role.INVESTIGATOR, station="2905"),
            "examiner": officer(s, Role.EXAMINER, station="2905"),
        }
        child = details("Young Person", birth_date=date(2010, 6, 1), birth_year=None)
        person, _, samples = enrolled(
            s, image_store, station, person=child, encounter=arrest(station_code="2905")
        )
    allowed = set()
    for name, watcher in watchers.items():
        with database.transaction() as s:
            found = {item.id for item in find_persons(s, watcher, "Young Person").items}
            seen = _exists(lambda s, w=watcher: person_for(s, w, person.id), s)
            image = _exists(lambda s, w=watcher: sample_image(s, image_store, w, samples[0]), s)
            assert (person.id in found) == seen == image, name
            if seen:
                allowed.add(name)
    assert allowed == {"supervisor", "own station"}


def _exists(look: Callable[[Session], object], s: Session) -> bool:
    try:
        look(s)
    except NotFound:
        return False
    return True


def test_child_is_tagged_by_age_and_corrected_with_the_birth_date(
    database: Database, image_store: ImageStore
) -> None:
    from records.gallery_feed import references

    def tag(person: Person) -> set[int]:
        with database.transaction() as s:
            return {r.tags["child"] for r in references(s) if r.subject == person.id}

    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        seventeen = details(birth_date=date(2008, 3, 15), birth_year=None)
        eighteen = details(birth_date=date(2008, 3, 14), birth_year=None)
        child, _, _ = enrolled(s, image_store, by, person=seventeen)
        adult, _, _ = enrolled(s, image_store, by, person=eighteen)
        stated, _, _ = enrolled(s, image_store, by, encounter=arrest(child_in_conflict=True))
    assert (tag(child), tag(adult), tag(stated)) == ({1}, {0}, {1})
    with database.transaction() as s:
        update_person(s, by, child.id, eighteen)
    assert tag(child) == {0}


def test_searches_are_the_officers_own_and_the_supervisors(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        by = officer(s, Role.INVESTIGATOR)
        probe = store_sample(s, image_store, b"probe", Modality.FACE, officer=by)
        search = save_search(
            s, by, SearchKind.FACE, Purpose.INVESTIGATION, "CR 5", SearchFilters(), [probe.id], _result()
        )
        readers = {
            "owner": by,
            "supervisor": officer(s, Role.SUPERVISOR),
            "examiner": officer(s, Role.EXAMINER),
            "auditor": officer(s, Role.AUDITOR, state=None),
            "colleague": officer(s, Role.INVESTIGATOR),
            "station": officer(s),
            "supervisor of another state": officer(s, Role.SUPERVISOR, state="27"),
        }
    able = set()
    for name, reader in readers.items():
        with database.transaction() as s:
            seen = _exists(lambda s, r=reader: search_for(s, r, search.id), s)
            image = _exists(lambda s, r=reader: sample_image(s, image_store, r, probe.id), s)
            listed = search.id in {item.id for item in list_searches(s, reader, 200).items}
            assert seen == image == listed, name
            able |= {name} if seen else set()
    assert able == {"owner", "supervisor", "examiner", "auditor"}


def test_enrolments_stay_in_their_station_and_state(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s, station="2901")
        staged = stage_sample(image_store, b"face", Modality.FACE)
        enrolment = accept(s, by, "ref-1", details(), arrest(), [staged], "digest").enrolment
        others = [officer(s, station="2902"), officer(s, state="27"), officer(s, Role.SUPERVISOR, state="27")]
        colleague, supervisor = officer(s, station="2901"), officer(s, Role.SUPERVISOR)
    with database.transaction() as s:
        for reader in (by, colleague, supervisor):
            assert enrolment_for(s, reader, enrolment.id) == enrolment
            assert sample_image(s, image_store, reader, staged.id) == b"face"
        for reader in others:
            with pytest.raises(NotFound):
                enrolment_for(s, reader, enrolment.id)
            with pytest.raises(NotFound):
                sample_image(s, image_store, reader, staged.id)
            assert list_enrolments(s, reader).items == ()


def test_enrolling_into_another_state_is_forbidden(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
        with pytest.raises(Forbidden) as problem:
            accept(s, by, "ref-2", details(), arrest("27"), [], "digest")
    assert problem.value.code == "partition_forbidden"


def test_search_of_another_state_is_forbidden(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
    with pytest.raises(Forbidden):
        search_filter(by, Purpose.INVESTIGATION, SearchFilters(states={"27"}))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_those_who_hold_keys_or_watch_see_no_persons(
    database: Database, image_store: ImageStore, role: Role
) -> None:
    with database.transaction() as s:
        watcher = officer(s, role, state=None)
        for look in (lambda: find_persons(s, watcher), lambda: list_enrolments(s, watcher)):
            with pytest.raises(Forbidden):
                look()
