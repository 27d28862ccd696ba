"""Names sound alike across scripts and spellings, and different names do not."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.names import index_name, romanised_words, similarity


@pytest.mark.parametrize(
    ("name", "script", "romanised"),
    [
        ("रमेश कुमार", "Deva", "ramesh kumar"),
        ("लक्ष्मी", "Deva", "lakshmi"),
        ("சுப்பிரமணியன்", "Taml", "chuppiramaniyan"),
        ("லட்சுமி", "Taml", "latchumi"),
        ("ರಮೇಶ", "Knda", "ramesh"),
        ("వెంకటేశ్", "Telu", "venkatesh"),
        ("ഗോപാലൻ", "Mlym", "gopalan"),
        ("বিক্রম", "Beng", "bikram"),
        ("ਗੁਰਪ੍ਰੀਤ", "Guru", "guraprit"),
        ("પટેલ", "Gujr", "patel"),
        ("ମହାନ୍ତି", "Orya", "mahanti"),
        ("محمد", "Arab", "mhmd"),
        ("फ़रहान ज़ैदी", "Deva", "farahan zaidi"),
        ("José Núñez", "Latn", "jose nunez"),
        ("Straße", "Latn", "strasse"),
        ("Владимир", "Cyrl", "владимир"),
        ("王小明", "Hani", "王小明"),
        ("12 ३", "Zyyy", "12 3"),
        ("...", "Zyyy", ""),
    ],
)
def test_script_and_romanisation(name: str, script: str, romanised: str) -> None:
    indexed = index_name(name)
    assert (indexed.script, indexed.romanised) == (script, romanised)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lakshmi", "Laxmi"),
        ("Lakshmi", "ಲಕ್ಷ್ಮಿ"),
        ("Mohammed", "Md."),
        ("Mohammed", "محمد"),
        ("Imran", "عمران"),
        ("Vikram", "বিক্রম"),
        ("Singh", "सिंह"),
        ("Gandhi", "காந்தி"),
        ("Thamizh", "தமிழ்"),
        ("Faisal", "Phaisal"),
        ("Wasim", "Vaseem"),
    ],
)
def test_names_that_sound_alike_share_a_key(first: str, second: str) -> None:
    sound = [{key for key in index_name(name).keys if key[0] in "fc"} for name in (first, second)]
    assert sound[0] & sound[1]


@pytest.mark.parametrize(
    ("first", "second"), [("Ramesh", "Lakshmi"), ("Imran", "Vikram"), ("Patel", "Gopal")]
)
def test_other_names_share_none(first: str, second: str) -> None:
    sound = [{key for key in index_name(name).keys if key[0] in "fc"} for name in (first, second)]
    assert not sound[0] & sound[1]


def test_similarity_ignores_order_and_honours_initials() -> None:
    asked = romanised_words("Ramesh Kumar")
    ranked = ["Kumar Ramesh", "R. Kumar", "Rakesh Kumar", "Suresh Patel"]
    values = [similarity(asked, romanised_words(name)) for name in ranked]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0
    assert similarity(asked, []) == 0.0


def test_honorifics_say_nothing_unless_they_are_all_there_is() -> None:
    assert romanised_words("Shri Late Ramesh") == ["ramesh"]
    assert romanised_words("Kumari") == ["kumari"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_stable_index(text: str) -> None:
    indexed = index_name(text)
    assert indexed == index_name(unicodedata.normalize("NFD", text))
    assert indexed.text == unicodedata.normalize("NFC", text)
    assert "\x01" not in indexed.romanised
    words = indexed.romanised.split()
    assert 0.0 <= similarity(words, words) <= 1.0
