"""Every error family has a status, sharper codes win, and answers say nothing they should not."""

import json

import pytest

from api.errors import (
    STATUS_OF_FAMILY,
    defect_problem,
    problem_of,
    problem_response,
    status_of,
    validation_problem,
)
from core.errors import FAMILIES, Conflict, Defect, Forbidden, InputRejected, NotFound, Unavailable


class _Deep(InputRejected):
    code = "something_new"


class _Deeper(_Deep):
    code = "something_newer"


class _Expired(Forbidden):
    code = "token_expired"


def test_every_family_has_a_status() -> None:
    assert set(STATUS_OF_FAMILY) == set(FAMILIES)


@pytest.mark.parametrize(
    ("family", "status"),
    [
        (InputRejected, 422),
        (NotFound, 404),
        (Conflict, 409),
        (Forbidden, 403),
        (Unavailable, 503),
        (Defect, 500),
    ],
)
def test_families_have_the_documented_status(family: type, status: int) -> None:
    assert status_of(family) == status


def test_a_subclass_takes_the_status_of_its_family_however_deep() -> None:
    assert status_of(_Deeper) == 422


def test_a_token_error_is_401_and_says_how_to_authenticate() -> None:
    problem = problem_of(_Expired("Sign in again."))
    assert problem.status == 401
    assert problem.headers["WWW-Authenticate"].startswith("Bearer")


def test_unavailable_says_when_to_come_back() -> None:
    assert problem_of(Unavailable("Busy.", retry_after_s=17)).headers["Retry-After"] == "17"
    assert int(problem_of(Unavailable("Busy.")).headers["Retry-After"]) > 0


def test_a_defect_keeps_its_particulars_to_the_log() -> None:
    problem = problem_of(Defect("column secrets of table x is missing"))
    assert "column" not in json.dumps(problem.body())


def test_facts_are_members_but_never_replace_the_standard_ones() -> None:
    body = problem_of(_Deep("Send less.", limit=5, status=200, code="other")).body()
    assert (body["limit"], body["status"], body["code"]) == (5, 422, "something_new")


def test_validation_names_fields_and_repeats_no_value() -> None:
    problem = validation_problem(
        [
            {
                "loc": ("body", "person", "names", 0, "text"),
                "msg": "too long",
                "input": "Some Name",
                "type": "x",
            }
        ]
    )
    assert problem.facts["problems"] == [{"field": "person.names[0].text", "message": "too long"}]
    assert "Some Name" not in json.dumps(problem.body())


def test_the_answer_has_the_media_type_of_rfc_9457() -> None:
    assert problem_response(defect_problem()).headers["content-type"] == "application/problem+json"
