"""The roles: every kind of request tried by every role; who may, may, and who may not is told so."""

import httpx
import pytest

from records.access import Permission, Role, permissions
from tests.integration.api.conftest import Api
from tests.integration.api.requests import enrol_request, fingerprint, form, search_request

NOBODY = "01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b"
INQUIRY = {"purpose": "investigation", "case_number": "r/1"}


def _enrol(client: httpx.Client) -> httpx.Response:
    files = {"finger_1": fingerprint(80, 1)}
    return client.post("/v1/enrolments", files=enrol_request(f"role-{client.headers['X-Role']}", files))


def _search(client: httpx.Client) -> httpx.Response:
    return client.post("/v1/searches", files=search_request({"finger_1": fingerprint(80, 1)}))


def _verify(client: httpx.Client) -> httpx.Response:
    files = {"finger_1": fingerprint(80, 1), "other_finger_1": fingerprint(80, 1, 1)}
    return client.post("/v1/verifications", files=form("query", INQUIRY, files))


def _batch(client: httpx.Client) -> httpx.Response:
    listed = b"file,position\nf.png,1\n"
    parts = form("batch", {**INQUIRY, "name": "roles"}, {})
    parts += [("list", ("list.csv", listed)), ("files", ("f.png", fingerprint(80, 1)))]
    return client.post("/v1/batches", files=parts)


def _send_video(client: httpx.Client) -> httpx.Response:
    parts = form("query", INQUIRY, {})
    return client.post("/v1/videos", files=[*parts, ("video", ("v.mp4", b"\0\0\0\x20ftypisom" + bytes(99)))])


def _search_tracks(client: httpx.Client) -> httpx.Response:
    return client.post(f"/v1/videos/{NOBODY}/searches", json={"tracks": [1]})


def _decide(client: httpx.Client) -> httpx.Response:
    body = {"person_id": NOBODY, "verdict": "match", "reason": "x"}
    return client.post(f"/v1/searches/{NOBODY}/decisions", json=body)


def _read_persons(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/persons")


def _edit(client: httpx.Client) -> httpx.Response:
    return client.patch(f"/v1/persons/{NOBODY}", json={"birth_year": 1990}, headers={"If-Match": '"x"'})


def _erase(client: httpx.Client) -> httpx.Response:
    return client.request("DELETE", f"/v1/persons/{NOBODY}", json={"reason": "x"})


def _list_due(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/destruction-due")


def _record_disposal(client: httpx.Client) -> httpx.Response:
    body = {"disposal": "acquitted", "on": "2026-09-01", "final": True}
    return client.put(f"/v1/encounters/{NOBODY}/disposal", json=body)


def _read_holds(client: httpx.Client) -> httpx.Response:
    return client.get(f"/v1/persons/{NOBODY}/holds")


def _place_hold(client: httpx.Client) -> httpx.Response:
    body = {"court": "Sessions Court", "order_number": "17/2026", "reason": "x"}
    return client.post(f"/v1/persons/{NOBODY}/holds", json=body)


def _lift_hold(client: httpx.Client) -> httpx.Response:
    return client.post(f"/v1/holds/{NOBODY}/lifting", json={"reason": "x"})


def _read_audit(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/audit")


def _read_fairness(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/fairness")


def _verify_audit(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/audit/verification")


def _read_accounts(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/accounts")


def _create_account(client: httpx.Client) -> httpx.Response:
    body = {
        "username": f"made-by-{client.headers['X-Role']}",
        "password": "a long passphrase for it",
        "full_name": "Made",
        "role": "station",
    }
    return client.post("/v1/accounts", json=body)


def _read_templates(client: httpx.Client) -> httpx.Response:
    return client.get("/v1/template-generations")


def _read_template_failures(client: httpx.Client) -> httpx.Response:
    return client.get(f"/v1/template-generations/{NOBODY}/failures")


ACTIONS = [
    (_enrol, Permission.ENROL, 202),
    (_search, Permission.SEARCH, 201),
    (_verify, Permission.VERIFY, 201),
    (_batch, Permission.BATCH, 202),
    (_send_video, Permission.SEARCH, 202),
    (_search_tracks, Permission.SEARCH, 404),
    (_decide, Permission.DECIDE, 404),
    (_read_persons, Permission.READ_PERSONS, 200),
    (_edit, Permission.EDIT_PERSONS, 404),
    (_erase, Permission.ERASE, 404),
    (_list_due, Permission.ERASE, 200),
    (_record_disposal, Permission.EDIT_PERSONS, 404),
    (_read_holds, Permission.READ_PERSONS, 404),
    (_place_hold, Permission.ERASE, 404),
    (_lift_hold, Permission.ERASE, 404),
    (_read_audit, Permission.READ_AUDIT, 200),
    (_verify_audit, Permission.READ_AUDIT, 200),
    (_read_fairness, Permission.READ_FAIRNESS, 200),
    (_read_accounts, Permission.MANAGE_ACCOUNTS, 200),
    (_create_account, Permission.MANAGE_ACCOUNTS, 201),
    (_read_templates, Permission.MANAGE_TEMPLATES, 200),
    (_read_template_failures, Permission.MANAGE_TEMPLATES, 404),
]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("action", "permission", "status"), ACTIONS, ids=[action.__name__ for action, _, _ in ACTIONS]
)
def test_a_role_may_do_what_its_permissions_say(
    api: Api, role: Role, action: object, permission: Permission, status: int
) -> None:
    assert callable(action)
    client = api.client(f"{role}29")
    client.headers["X-Role"] = str(role)
    answer = action(client)
    if permission in permissions(role):
        assert answer.status_code == status, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing"), answer.text


def test_a_search_refused_to_a_role_is_audited_with_its_case(api: Api) -> None:
    files = search_request({"finger_1": fingerprint(80, 1)}, case_number="refused/1")
    assert api.client("administrator29").post("/v1/searches", files=files).status_code == 403
    rows = api.client("auditor").get("/v1/audit", params={"case_number": "refused/1"}).json()["items"]
    assert [(row["action"], row["username"], row["details"]["code"]) for row in rows] == [
        ("search.refused", "administrator29", "permission_missing")
    ]


def test_a_closed_account_is_out_at_once(api: Api) -> None:
    administrator = api.client("administrator")
    body = {
        "username": "leaver",
        "password": "a long passphrase for it",
        "full_name": "L",
        "role": "examiner",
    }
    made = administrator.post("/v1/accounts", json=body).json()
    assert "password" not in made
    credentials = {"username": "leaver", "password": body["password"]}
    token = api.anonymous().post("/v1/tokens", json=credentials).json()["token"]
    assert administrator.delete(f"/v1/accounts/{made['id']}").status_code == 204
    headers = {"Authorization": f"Bearer {token}"}
    assert api.anonymous().get("/v1/me", headers=headers).status_code == 401
    assert api.anonymous().post("/v1/tokens", json=credentials).status_code == 401
