"""The demonstration's people are many, distinct, of many scripts, and plainly a training exercise."""

import unicodedata
from datetime import timedelta

import pytest

from datasets.catalog import portraits
from datasets.synthetic.people import TRAINING_ACT, invented_people, training_subjects

SCRIPT_NAMES = {
    "Latn": "LATIN",
    "Knda": "KANNADA",
    "Taml": "TAMIL",
    "Deva": "DEVANAGARI",
    "Arab": "ARABIC",
    "Beng": "BENGALI",
    "Gujr": "GUJARATI",
    "Guru": "GURMUKHI",
    "Telu": "TELUGU",
    "Mlym": "MALAYALAM",
    "Orya": "ORIYA",
}


def test_there_are_two_hundred_different_people() -> None:
    people = invented_people()
    assert len(people) == 200
    for values in (
        {person.key for person in people},
        {person.names[0].text for person in people},
        {person.print_seed for person in people},
    ):
        assert len(values) == 200


def test_fewer_people_are_the_first_of_the_same_ones() -> None:
    assert invented_people(7) == invented_people()[:7]
    with pytest.raises(ValueError, match="200"):
        invented_people(201)


def test_names_are_written_in_the_script_they_state() -> None:
    names = [name for person in invented_people() for name in person.names]
    assert {name.script for name in names} == set(SCRIPT_NAMES)
    for name in names:
        letters = [letter for letter in name.text if letter.isalpha()]
        assert letters
        assert all(unicodedata.name(letter).startswith(SCRIPT_NAMES[name.script]) for letter in letters), name


def test_every_case_says_that_it_is_a_training_exercise() -> None:
    for person in invented_people() + training_subjects():
        assert person.training
        assert person.cases
        for case in person.cases:
            assert case.training
            assert (case.kind, case.lawful_basis) == ("training", "training")
            assert case.station_name.startswith("Training")
            assert "training exercise" in case.place
            assert {act for act, _ in case.acts_sections} <= {TRAINING_ACT}


def test_cases_follow_each_other_and_found_an_adult() -> None:
    for person in invented_people():
        days = [case.occurred_at.date() for case in person.cases]
        assert days == sorted(days)
        assert all(
            case.fir_year == case.occurred_at.year and len(case.fir_number) == 4 for case in person.cases
        )
        assert person.birth_date is not None
        assert min(days) - person.birth_date > timedelta(days=18 * 365)


def test_portraits_have_neither_name_nor_offence() -> None:
    subjects = training_subjects()
    assert [subject.names[0].text for subject in subjects] == [f"Training subject {i}" for i in (1, 2, 3)]
    assert sorted(name for subject in subjects for name in subject.portraits) == sorted(portraits())
    for subject in subjects:
        assert len(subject.names) == 1
        assert not any(case.acts_sections for case in subject.cases)
        assert (subject.print_seed, subject.birth_date, subject.sex) == (None, None, "unknown")
