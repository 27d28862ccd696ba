"""Text of any kind is stored as it was sent, or refused with a reason; nothing in it is ever executed."""

from datetime import date

import pytest

from biometrics.template import Modality
from core.errors import InputRejected
from records.access import Purpose, Role, SearchFilters
from records.audit import AuditFilters, page
from records.database import Database
from records.encounters import ActSection, encounters_of, set_disposal
from records.enrolments import accept, enrolment_by_reference
from records.image_store import ImageStore
from records.persons import Address, NameKind, PersonName, find_persons, person_for
from records.samples import SampleInvalid, samples_by_id, stage_sample, store_sample
from records.searches import SearchKind, list_searches, save_search, search_for
from records.text import LONGEST_TEXT, TextRejected
from tests.integration.records.people import arrest, details, enrolled, officer
from tests.integration.records.test_partitions import _result

ODD = [
    "'; DROP TABLE persons; --",
    '<script>alert("x")</script>&amp;',
    "%s %(x)s {x} \\x00 \\' $1 :name ?",
    "क़ािर \u200d\u200c ‮abc‬ 🇮🇳👨‍👩‍👧 𝔘𝔫𝔦",
    "line one\r\nline two\ttab \x01\x7f\ufeff",
    "É̂ ﷽ ﬁ Å Ω",
]
REFUSED = ["a\x00b", "a\ud800b", "\udcff", "x" * (LONGEST_TEXT + 1)]


@pytest.mark.parametrize("odd", ODD)
def test_every_text_of_a_record_comes_back(database: Database, image_store: ImageStore, odd: str) -> None:
    import unicodedata

    stated = details(
        names=(PersonName(NameKind.PRIMARY, odd, odd, odd), PersonName(NameKind.ALIAS, odd)),
        relative_relation=odd,
        relative_name=odd,
        nationality=odd,
        addresses=(Address(odd, odd, odd, odd, odd, odd),),
        marks=(odd,),
        particulars={odd: [odd, {odd: odd}]},
    )
    texts = (
        "station_code station_name district fir_number fir_registration fir_type order_number officer_name "
        "superintendent_approval officer_rank officer_belt_number device_id place arrest_memo accused_number "
        "case_number case_status court cnr"
    )
    occasion = arrest(
        **dict.fromkeys(texts.split(), odd), acts_sections=(ActSection(odd, odd),), particulars={odd: odd}
    )
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        person, _, _ = enrolled(s, image_store, by, person=stated, encounter=occasion)
    with database.transaction() as s:
        read = person_for(s, by, person.id).details
        composed = unicodedata.normalize("NFC", odd)
        assert [name.text for name in read.names] == [composed, composed]
        assert (read.names[0].language, read.names[0].script) == (odd, odd)
        assert read.relative_name == composed
        assert read.addresses == stated.addresses
        assert (read.marks, read.particulars) == (stated.marks, stated.particulars)
        assert (read.nationality, read.relative_relation) == (odd, odd)
        assert encounters_of(s, by, person.id)[0].details == occasion
        find_persons(s, by, odd)


@pytest.mark.parametrize("odd", ODD)
def test_every_text_around_a_search_comes_back(database: Database, image_store: ImageStore, odd: str) -> None:
    with database.transaction() as s:
        by, reader = officer(s), officer(s, Role.AUDITOR, state=None)
        probe = store_sample(s, image_store, b"p", Modality.FACE, officer=by, media_type=odd, file_name=odd)
        search = save_search(
            s, by, SearchKind.FACE, Purpose.INVESTIGATION, odd, SearchFilters(), [probe.id], _result()
        )
        accept(s, by, odd, details(odd), arrest(place=odd), [], odd)
    with database.transaction() as s:
        assert search_for(s, by, search.id).case_number == odd.strip()
        assert list_searches(s, by, case_number=odd).items[0].id == search.id
        assert page(s, reader, AuditFilters(case_number=odd.strip())).items[0].object_id == str(search.id)
        assert samples_by_id(s, [probe.id])[0].media_type == odd
        assert enrolment_by_reference(s, by, odd.strip()).encounter_details == arrest(place=odd)


@pytest.mark.parametrize("bad", REFUSED)
@pytest.mark.parametrize("place", ["name", "mark", "key", "place", "section", "search", "reference", "case"])
def test_text_that_cannot_be_kept_is_refused(
    database: Database, image_store: ImageStore, bad: str, place: str
) -> None:
    attempts = {
        "name": lambda s: enrolled(s, image_store, by, person=details(bad)),
        "mark": lambda s: enrolled(s, image_store, by, person=details(marks=[bad])),
        "key": lambda s: enrolled(s, image_store, by, person=details(particulars={"a": [{bad: 1}]})),
        "place": lambda s: enrolled(s, image_store, by, encounter=arrest(place=bad)),
        "section": lambda s: enrolled(
            s, image_store, by, encounter=arrest(acts_sections=[ActSection("BNS", bad)])
        ),
        "search": lambda s: find_persons(s, by, bad),
        "reference": lambda s: accept(s, by, bad, details(), arrest(), [], "d"),
        "case": lambda s: save_search(
            s, by, SearchKind.FACE, Purpose.INVESTIGATION, bad, SearchFilters(), [], _result()
        ),
    }
    with database.transaction() as s:
        by = officer(s)
    with pytest.raises(TextRejected) as problem, database.transaction() as s:
        attempts[place](s)
    assert isinstance(problem.value, InputRejected)
    assert bad not in problem.value.message


def test_disposal_text_is_checked_too(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        _, encounter_id, _ = enrolled(s, image_store, by)
        with pytest.raises(TextRejected):
            set_disposal(s, by, encounter_id, None, date(2026, 1, 1), False, "a\x00")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_number_that_json_cannot_carry_is_refused(
    database: Database, image_store: ImageStore, number: float
) -> None:
    with database.transaction() as s:
        by = officer(s)
        with pytest.raises(TextRejected):
            enrolled(s, image_store, by, person=details(particulars={"height": number}))


@pytest.mark.parametrize("dpi", [0.0, -500.0, float("nan"), float("inf"), 1e9])
def test_impossible_resolution_is_refused_before_anything_is_stored(
    image_store: ImageStore, dpi: float
) -> None:
    before = len(list(image_store.keys("")))
    with pytest.raises(SampleInvalid):
        stage_sample(image_store, b"x", Modality.FACE, dpi=dpi)
    assert len(list(image_store.keys(""))) == before
