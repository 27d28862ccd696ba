"""What an officer may see: said once for each officer, and asked for only where there is something to ask."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from records.access import Officer, Role
from records.samples import fingers_of_slaps
from records.visibility import (
    encounter_visible,
    person_visible,
    sample_visible,
    search_visible,
    video_visible,
)

OFFICER = Officer(uuid4(), "one", "Officer One", Role.INVESTIGATOR, "29", "2901")
CONDITIONS = (encounter_visible, person_visible, sample_visible, search_visible, video_visible)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.__name__)
def test_a_condition_is_made_once_for_each_officer(condition) -> None:
    assert condition(OFFICER) is condition(replace(OFFICER))
    others = (
        replace(OFFICER, account_id=uuid4()),
        replace(OFFICER, state_code="27"),
        replace(OFFICER, state_code=None, role=Role.AUDITOR),
        replace(OFFICER, station_code="2902"),
        replace(OFFICER, role=Role.SUPERVISOR),
    )
    for other in others:
        assert condition(other) is not condition(OFFICER)
        assert str(condition(other)) == str(condition.__wrapped__(other)), other


def test_nothing_is_asked_about_fingers_of_no_slaps() -> None:
    assert fingers_of_slaps(Session(), []) == ()  # a session without a database
