"""Roles, and the conditions every search carries."""

from datetime import date
from uuid import uuid4

import pytest

from biometrics.template import FingerPosition
from core.clock import now
from core.errors import Forbidden
from matcher.filters import TagFilter, TagRange
from records.access import (
    FilterInvalid,
    Officer,
    Permission,
    Purpose,
    Role,
    SearchFilters,
    permissions,
    require,
    search_filter,
)
from records.person_details import Sex


def _officer(role: Role = Role.INVESTIGATOR, state: str | None = "29") -> Officer:
    return Officer(uuid4(), "name", "Name", role, state)


def test_state_and_children_are_always_conditions() -> None:
    for purpose in set(Purpose) - {Purpose.TRAINING}:
        one_of = search_filter(_officer(), purpose).one_of
        assert one_of == {"state": frozenset({29}), "child": frozenset({0})}


@pytest.mark.parametrize(
    ("role", "purpose", "open_"),
    [
        (Role.SUPERVISOR, Purpose.CHILD_PROTECTION, True),
        (Role.SUPERVISOR, Purpose.INVESTIGATION, False),
        (Role.EXAMINER, Purpose.CHILD_PROTECTION, False),
    ],
)
def test_children_are_searched_by_supervisors_for_their_protection_only(
    role: Role, purpose: Purpose, open_: bool
) -> None:
    assert ("child" not in search_filter(_officer(role), purpose).one_of) == open_


def test_training_sees_training_records_only() -> None:
    assert search_filter(_officer(), Purpose.TRAINING).one_of["training"] == frozenset({1})


def test_filters_become_conditions_on_tags() -> None:
    wanted = SearchFilters(
        states={"29", "27"},
        sex=Sex.FEMALE,
        age_lowest=20,
        age_highest=30,
        encounter_from=date(1970, 1, 2),
        encounter_to=date(1970, 1, 11),
        positions={FingerPosition.LEFT_THUMB},
    )
    year = now().year
    expected = TagFilter(
        {
            "state": frozenset({27, 29}),
            "child": frozenset({0}),
            "sex": frozenset({2, 0}),
            "position": frozenset({6, 0}),
        },
        {"birth_year": TagRange(year - 31, year - 20), "day": TagRange(1, 10)},
    )
    assert search_filter(_officer(state=None), Purpose.INVESTIGATION, wanted) == expected


def test_open_bounds_reach_to_the_end() -> None:
    wanted = SearchFilters(age_lowest=18, encounter_from=date(2026, 1, 1))
    ranges = search_filter(_officer(), Purpose.INVESTIGATION, wanted).ranges
    assert ranges["birth_year"] == TagRange(0, now().year - 18)
    assert ranges["day"].highest > 1_000_000
    assert search_filter(_officer(), Purpose.INVESTIGATION, SearchFilters(age_highest=5)).ranges[
        "birth_year"
    ] == TagRange(now().year - 6, now().year)


@pytest.mark.parametrize(
    "wanted",
    [
        SearchFilters(age_lowest=30, age_highest=20),
        SearchFilters(age_lowest=-1),
        SearchFilters(age_highest=151),
        SearchFilters(encounter_from=date(2026, 2, 1), encounter_to=date(2026, 1, 1)),
        SearchFilters(states={"2"}),
        SearchFilters(states={"٢٩"}),
        SearchFilters(states={"KA"}),
    ],
)
def test_impossible_filter_is_refused_not_answered_empty(wanted: SearchFilters) -> None:
    with pytest.raises(FilterInvalid):
        search_filter(_officer(state=None), Purpose.INVESTIGATION, wanted)


def test_every_permission_is_held_by_some_role_and_refused_to_another() -> None:
    for permission in Permission:
        holders = [role for role in Role if permission in permissions(role)]
        assert 0 < len(holders) < len(Role)
        for role in Role:
            if role in holders:
                require(_officer(role), permission)
            else:
                with pytest.raises(Forbidden, match=holders[0]):
                    require(_officer(role), permission)


def test_keys_records_and_watch_are_apart() -> None:
    keys = {Permission.MANAGE_ACCOUNTS, Permission.MANAGE_TEMPLATES}
    assert permissions(Role.ADMINISTRATOR) == keys | {Permission.READ_FAIRNESS}
    assert not permissions(Role.AUDITOR) & {Permission.SEARCH, Permission.ENROL, Permission.ERASE}
    for role in set(Role) - {Role.AUDITOR}:
        assert Permission.READ_AUDIT not in permissions(role)
