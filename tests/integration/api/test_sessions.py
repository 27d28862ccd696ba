"""Signing in and out: tokens end, wrong passwords lock, cookies need proof of origin, probes need nothing."""

import re

import httpx
import pytest

from api.security import SESSION_COOKIE, _derived
from records.accounts import sign_in
from tests.integration.api.conftest import PASSWORD, Api
from tests.integration.api.test_bad_input import problem

PROTECTED = [
    "/v1/me",
    "/v1/persons",
    "/v1/searches",
    "/v1/enrolments",
    "/v1/audit",
    "/v1/accounts",
    "/v1/batches",
]


@pytest.mark.parametrize("path", PROTECTED)
def test_without_a_token_nothing_is_shown(api: Api, path: str) -> None:
    answer = api.anonymous().get(path)
    problem(answer, 401, "token_missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/v1/searches", "/v1/enrolments", "/v1/verifications", "/v1/batches"])
def test_without_a_token_no_upload_is_read(api: Api, path: str) -> None:
    answer = api.anonymous().post(path, files={"face": bytes(1_000_000)})
    problem(answer, 401, "token_missing")


def test_a_made_up_token_is_refused(api: Api) -> None:
    answer = api.anonymous().get("/v1/me", headers={"Authorization": "Bearer made-up"})
    problem(answer, 401, "token_invalid")


def test_an_expired_token_is_refused(api: Api) -> None:
    api.create_account("examiner29")
    with api.parts.database.transaction() as session:
        token = sign_in(session, "examiner29", PASSWORD, minutes=0).token
    headers = {"Authorization": f"Bearer {token}"}
    answer = api.anonymous().get("/v1/me", headers=headers)
    problem(answer, 401, "token_expired")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_who_am_i_says_what_the_account_may_do(api: Api) -> None:
    headers = {"Authorization": f"Bearer {_sign_in(api, 'station29')['token']}"}
    me = api.anonymous().get("/v1/me", headers=headers).json()
    assert (me["username"], me["role"], me["state_code"]) == ("station29", "station", "29")
    assert "enrol" in me["permissions"]
    assert "erase" not in me["permissions"]


def test_signing_out_ends_the_token(api: Api) -> None:
    headers = {"Authorization": f"Bearer {_sign_in(api, 'station27')['token']}"}
    client = api.anonymous()
    assert client.delete("/v1/tokens/current", headers=headers).status_code == 204
    problem(client.get("/v1/me", headers=headers), 401, "token_invalid")


def test_wrong_passwords_lock_the_account_for_a_while(api: Api) -> None:
    api.create_account("examiner27")
    client = api.anonymous()
    for _ in range(api.parts.settings.lockout_attempts):
        wrong = client.post("/v1/tokens", json={"username": "examiner27", "password": "wrong password"})
        assert wrong.status_code in (401, 429)
    locked = client.post("/v1/tokens", json={"username": "examiner27", "password": PASSWORD})
    problem(locked, 429, "account_locked")
    assert int(locked.headers["Retry-After"]) > 0


def test_an_unknown_name_and_a_wrong_password_are_told_alike(api: Api) -> None:
    api.create_account("supervisor27")
    client = api.anonymous()
    unknown = client.post("/v1/tokens", json={"username": "nobody-here", "password": "x" * 12}).json()
    wrong = client.post("/v1/tokens", json={"username": "supervisor27", "password": "x" * 12}).json()
    assert (unknown["code"], unknown["detail"]) == (wrong["code"], wrong["detail"]) != ("", "")


def test_a_new_password_needs_the_present_one_and_ends_all_tokens(api: Api) -> None:
    token = _sign_in(api, "investigator27")["token"]
    headers = {"Authorization": f"Bearer {token}"}
    client = api.anonymous()
    change = {"current_password": "not this one", "new_password": "another long passphrase"}
    problem(client.post("/v1/me/password", json=change, headers=headers), 401, "sign_in_failed")
    change["current_password"] = PASSWORD
    assert client.post("/v1/me/password", json=change, headers=headers).status_code == 204
    assert client.get("/v1/me", headers=headers).status_code == 401


def test_the_cookie_reads_but_changes_only_with_proof_of_origin(api: Api) -> None:
    token = _sign_in(api, "supervisor29")["token"]
    client = httpx.Client(base_url=api.base_url, cookies={SESSION_COOKIE: token}, timeout=60)
    assert client.get("/v1/me").status_code == 200
    path = "/v1/searches/01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b/decisions"
    body = {"person_id": None, "verdict": "no_match", "reason": "x"}
    problem(client.post(path, json=body), 403, "csrf_failed")
    problem(client.post(path, json=body, headers={"X-CSRF-Token": "guess"}), 403, "csrf_failed")
    pages = [client.get("/account").text for _ in range(2)]
    proofs = {re.findall(r'name="csrf-token" content="([0-9a-f]+)"', page)[0] for page in pages}
    assert len(proofs) == 2  # masked anew, so that compressed pages tell nothing of it
    for proof in proofs:
        proven = {"X-CSRF-Token": proof}
        problem(client.post(path, json=body, headers=proven), 404, "search_not_found")
    for wrong in ("", "00", "0" * 128, proof[:-2], proof + "00", _derived(token).hex()):
        problem(client.post(path, json=body, headers={"X-CSRF-Token": wrong}), 403, "csrf_failed")
    foreign = {**proven, "Sec-Fetch-Site": "cross-site"}
    problem(client.post(path, json=body, headers=foreign), 403, "csrf_failed")


def test_the_password_never_comes_back(api: Api) -> None:
    answer = api.anonymous().post("/v1/tokens", json={"username": ["x"], "password": PASSWORD})
    problem(answer, 422, "validation_failed")
    assert PASSWORD not in answer.text


def test_tokens_are_never_cached(api: Api) -> None:
    api.create_account("station29")
    credentials = {"username": "station29", "password": PASSWORD}
    answer = api.anonymous().post("/v1/tokens", json=credentials)
    assert answer.headers["Cache-Control"] == "no-store"


def _sign_in(api: Api, username: str) -> dict[str, str]:
    api.create_account(username)
    answer = api.anonymous().post("/v1/tokens", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    body: dict[str, str] = answer.json()
    return body
