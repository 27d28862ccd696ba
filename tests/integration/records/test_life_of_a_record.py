"""A record from creation to erasure: numbers, names, encounters, links, updates, and nothing left after."""

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from biometrics.template import FingerPosition, Modality
from core.errors import NotFound
from matcher.candidates import Candidate, ChangeKind, ReferenceScore, SearchResult
from records import gallery_feed
from records.access import Purpose, Role, SearchFilters
from records.database import Database
from records.encounters import encounters_of
from records.holds import lift_hold, place_hold
from records.image_store import ImageStore
from records.linking import link
from records.persons import PersonChanged, Sex, person_by_number, person_for, update_person
from records.retention import erase_person
from records.samples import samples_of_person, store_sample
from records.searches import (
    CandidateUnknown,
    SearchKind,
    Verdict,
    list_searches,
    record_decision,
    save_search,
    search_for,
)
from records.sweep import sweep_orphans
from records.templates import templates_of_person
from tests.integration.records.people import arrest, details, enrolled, officer

SECRET = "Zzyxwvut Qwertzuiop"


def _result(person_id, reference_id: int) -> SearchResult:
    evidence = ReferenceScore(reference_id, 0, Modality.FACE, FingerPosition.UNKNOWN, 0.71, 1e-6)
    candidate = Candidate(1, person_id, 60.0, 1e-6, 1e-3, (evidence,))
    return SearchResult((candidate,), 1000, 1200, 7)


def test_enrolled_person_is_read_back_as_stated(database: Database, image_store: ImageStore) -> None:
    stated = details("रमेश कुमार", relative_name="Suresh Kumar", marks=("mole on left cheek",))
    with database.transaction() as s:
        by = officer(s)
        person, encounter_id, samples = enrolled(s, image_store, by, person=stated)
    with database.transaction() as s:
        read = person_by_number(s, by, person.number)
        encounters = encounters_of(s, by, read.id)
        assert read == person_for(s, by, person.id)
        assert read.details.names[0].text == "रमेश कुमार"
        assert read.details.names[0].script == "Deva"
        assert read.details.relative_name == "Suresh Kumar"
        assert read.details.marks == ("mole on left cheek",)
        assert [encounter.id for encounter in encounters] == [encounter_id]
        assert encounters[0].fir_label == "0017/2026"
        assert encounters[0].details.acts_sections == (arrest().acts_sections[0],)
        assert [sample.id for sample in samples_of_person(s, by, person.id)] == samples


def test_correction_tags_the_references_anew(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        person, _, _ = enrolled(s, image_store, by)
    with database.transaction() as s:
        before = gallery_feed.head(s)
        update_person(s, by, person.id, details(sex=Sex.FEMALE, birth_year=1975))
    with database.transaction() as s:
        changes = gallery_feed.changes_after(s, before)
        assert [change.kind for change in changes] == [ChangeKind.ADD]
        reference = changes[0].reference
        assert reference is not None
        assert (reference.tags["sex"], reference.tags["birth_year"]) == (2, 1975)
        assert reference.subject == person.id


def test_of_two_corrections_of_one_state_the_second_is_refused(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        by = officer(s)
        person, _, _ = enrolled(s, image_store, by)
        read = person_for(s, by, person.id)
    with database.transaction() as s:
        update_person(s, by, person.id, details(birth_year=1975), unchanged_since=read.updated_at)
    with database.transaction() as s, pytest.raises(PersonChanged):
        update_person(s, by, person.id, details(birth_year=1976), unchanged_since=read.updated_at)
    with database.transaction() as s:
        assert person_for(s, by, person.id).details.birth_year == 1975


def test_search_is_kept_linked_and_decided(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        stranger = officer(s, Role.INVESTIGATOR)
        person, encounter_id, samples = enrolled(s, image_store, by)
        reference = templates_of_person(s, person.id)[0].reference_id
        probe = store_sample(s, image_store, b"probe", Modality.FACE, officer=by)
        filters = SearchFilters(sex=Sex.MALE, positions={FingerPosition.LEFT_INDEX})
        result = replace(_result(person.id, reference), shards_searched=3, shards_total=4)
        search = save_search(
            s, by, SearchKind.FACE, Purpose.INVESTIGATION, "CR 17/2026", filters, [probe.id], result
        )
    with database.transaction() as s:
        linked = link(s, by, search.id)
        assert [item.person.number for item in linked] == [person.number]
        assert linked[0].encounters[0].id == encounter_id
        assert linked[0].face_sample_ids == tuple(samples)
        assert linked[0].evidence[0].sample_id == samples[0]
        decision = record_decision(s, by, search.id, person.id, Verdict.MATCH, "Same scar, same ears")
        with pytest.raises(CandidateUnknown):
            record_decision(s, by, search.id, probe.id, Verdict.MATCH, "Somebody else")
        with pytest.raises(NotFound):
            search_for(s, stranger, search.id)
    with database.transaction() as s:
        read = search_for(s, by, search.id)
        assert read.decisions == (decision,)
        assert (read.shards_searched, read.shards_total) == (3, 4)
        assert read.candidates[0].evidence == result.candidates[0].evidence
        assert read.filters.positions == {FingerPosition.LEFT_INDEX}
        assert list_searches(s, by).items == (read,)


def test_erasure_leaves_only_the_number(
    database: Database, database_url: str, image_store: ImageStore
) -> None:
    stated = details(SECRET, relative_name=SECRET, nationality=SECRET, marks=(SECRET,))
    occasion = arrest(particulars={"note": SECRET}, place=SECRET)
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        person, _, samples = enrolled(
            s, image_store, by, person=stated, encounter=occasion, images=[b"one", b"two"], seed=5
        )
        templates = templates_of_person(s, person.id)
        result = _result(person.id, templates[0].reference_id)
        probe = store_sample(s, image_store, b"probe of a scene", Modality.FACE, officer=by)
        search = save_search(
            s, by, SearchKind.FACE, Purpose.INVESTIGATION, "CR 1", SearchFilters(), [probe.id], result
        )
        record_decision(s, by, search.id, person.id, Verdict.MATCH, f"It is {SECRET}")
    with database.transaction() as s:
        before = gallery_feed.head(s)
        erasure = erase_person(s, image_store, by, person.id, "Acquitted, order 12 of the High Court")
    assert (erasure.samples, erasure.templates, erasure.encounters) == (2, 2, 1)
    stored = {item.key for item in image_store.keys("")}
    assert not {key for key in stored if any(str(sample) in key for sample in samples)}
    with database.transaction() as s:
        with pytest.raises(NotFound):
            person_for(s, by, person.id)
        assert link(s, by, search.id) == []
        assert link(s, by, result) == []
        read = search_for(s, by, search.id)
        assert read.candidates[0].person_id is None
        assert [change.kind for change in gallery_feed.changes_after(s, before)] == [ChangeKind.REMOVE] * 2
        replayed = gallery_feed.changes_after(s, before - 2)[:2]
        assert [change.reference for change in replayed] == [None, None]
        number = s.execute(
            text("SELECT number, erased_at FROM persons WHERE id = :i"), {"i": person.id}
        ).one()
        assert number[0] == person.number
        assert number[1] is not None
    payloads = [found.template.payload for found in templates]
    _assert_nowhere(database_url, [SECRET.encode(), *[item.hex().encode() for item in payloads]])


def _assert_nowhere(url: str, needles: list[bytes]) -> None:
    """Dump every row of every table as text and look for what should be gone."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        assert len(tables) > 20
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()
            dump = "\n".join(row[0] for row in rows).encode()
            for needle in needles:
                assert needle not in dump, table


def test_objects_left_by_an_interrupted_erasure_are_swept(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        person, _, samples = enrolled(s, image_store, by)
    sweep_orphans(database, image_store)
    unreachable = ImageStore("127.0.0.1:9", "a", "b", "none", "A" * 43 + "=")
    with database.transaction() as s:
        erase_person(s, unreachable, by, person.id, "Ordered by the court")
    key = f"samples/{samples[0]}"
    assert image_store.exists(key)
    report = sweep_orphans(database, image_store)
    assert report.erased_removed == 2
    assert not image_store.exists(key)


def test_court_direction_holds_a_record(database: Database, image_store: ImageStore) -> None:
    from records.retention import LegalHold, ReasonNamesPerson

    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        person, _, _ = enrolled(s, image_store, by)
        hold = place_hold(s, by, person.id, "High Court", "WP 99/2026", "Appeal pending")
    with database.transaction() as s, pytest.raises(LegalHold):
        erase_person(s, image_store, by, person.id, "Acquitted")
    with database.transaction() as s:
        lift_hold(s, by, hold, "Appeal dismissed")
    with database.transaction() as s, pytest.raises(ReasonNamesPerson):
        erase_person(s, image_store, by, person.id, "ramesh kumar was acquitted")
    with database.transaction() as s:
        assert erase_person(s, image_store, by, person.id, "Acquitted").number == person.number
    with database.transaction() as s:
        held = text("SELECT count(*) FROM legal_holds WHERE person_id = :i")
        assert s.scalar(held, {"i": person.id}) == 0  # a direction's reason may name the person
