"""Slaps over HTTP: judged, enrolled, searched as several fingers of one person, compared."""

import json
from functools import lru_cache
from typing import Any

import httpx

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from datasets.synthetic.fingerprints import encode_png
from datasets.synthetic.slaps import slap
from tests.integration.api.conftest import Api
from tests.integration.api.requests import enrol_request, face, fingerprint, form, search_request


@lru_cache
def image(person: int, hand: Hand = Hand.RIGHT, kind: SlapKind = SlapKind.FOUR_FINGERS) -> bytes:
    """A slap of an invented person."""
    return encode_png(slap(person, kind, hand).pixels)


def judged(client: httpx.Client, data: bytes, **fields: str) -> httpx.Response:
    """Ask how good a slap is."""
    return client.post("/v1/quality", data={"modality": "finger", **fields}, files={"file": ("slap", data)})


def test_a_slap_is_judged_finger_by_finger(api: Api) -> None:
    answer = judged(api.client("station29"), image(401), slap="slap_right_four", dpi="500").json()
    fingers = answer["slap"]["fingers"]
    assert [finger["position"] for finger in fingers] == [2, 3, 4, 5]
    assert answer["quality"]["value"] == min(finger["quality"]["value"] for finger in fingers)
    assert answer["slap"]["remarks"] == []
    assert all(len(finger["box"]["corners"]) == 4 for finger in fingers)
    wrong = judged(api.client("station29"), image(401, Hand.LEFT), slap="slap_right_four").json()
    assert wrong["slap"]["hand_contradicted"]
    assert "other hand" in wrong["slap"]["remarks"][0]
    assert judged(api.client("station29"), face("obama"), slap="slap_right_four").status_code == 422
    assert judged(api.client("station29"), image(401), slap="slap_right_five").status_code == 422


def test_a_slap_finds_who_was_enrolled_with_single_prints(api: Api) -> None:
    prints = {f"finger_{position}": fingerprint(402, position) for position in (2, 3, 4, 5)}
    known = api.enrol("station29", "402", prints)
    api.enrol("station29", "403", {"finger_2": fingerprint(403, 2)})
    client = api.client("investigator29")
    found = client.post("/v1/searches", files=search_request({"slap_right_four": image(402)})).json()
    assert found["candidates"][0]["person"]["id"] == known
    assert found["kind"] == "finger"
    assert sorted(probe["position"] for probe in found["probes"]) == [2, 3, 4, 5]
    (described,) = found["slaps"]
    assert described["part"] == "slap_right_four"
    assert {probe["slap_id"] for probe in found["probes"]} == {described["sample_id"]}
    assert client.get(described["image"]).content == image(402)  # as received
    stored = client.get(f"/v1/searches/{found['id']}").json()
    assert stored["slaps"] == found["slaps"]
    assert [probe["sample_id"] for probe in stored["probes"]] == [
        probe["sample_id"] for probe in found["probes"]
    ]
    strongest = found["candidates"][0]["evidence"][0]
    probe = found["probes"][strongest["probe_index"]]
    assert probe["position"] == strongest["position"]
    finger = next(item for item in described["fingers"] if item["position"] == probe["position"])
    assert finger["sample_id"] == probe["sample_id"]
    assert client.get(finger["image"]).headers["content-type"] == "image/png"


def test_a_slap_enrols_and_its_fingers_are_found(api: Api) -> None:
    known = api.enrol("station29", "404", {"slap_left_four": image(404, Hand.LEFT)}, captures={})
    found = search(api, {"finger_8": fingerprint(404, 8, 1)})
    assert found["candidates"][0]["person"]["id"] == known
    person = api.client("station29").get(f"/v1/persons/{known}").json()
    samples = person["samples"]
    (whole,) = [sample for sample in samples if sample["slap"]]
    assert whole["slap"] == "slap_left_four"
    assert sorted(sample["position"] for sample in samples if sample["slap_id"] == whole["id"]) == [
        7,
        8,
        9,
        10,
    ]


def test_the_enrolment_says_where_each_finger_lay(api: Api) -> None:
    client = api.client("station29")
    sent = client.post(
        "/v1/enrolments",
        files=enrol_request("405", {"slap_two_thumbs": image(405, kind=SlapKind.TWO_THUMBS)}),
    )
    assert sent.status_code == 202, sent.text
    assert sent.json()["slaps"] == []  # not yet taken apart
    api.process(sent.json()["id"])
    (described,) = client.get(f"/v1/enrolments/{sent.json()['id']}").json()["slaps"]
    assert [finger["position"] for finger in described["fingers"]] == [6, 1]  # from left to right
    height_px, width_px = slap(405, SlapKind.TWO_THUMBS).pixels.shape
    assert (described["width_px"], described["height_px"]) == (width_px, height_px)


def test_two_slaps_of_one_hand_are_compared(api: Api) -> None:
    files = {"slap_right_four": image(406), "other_finger_3": fingerprint(406, 3, 1)}
    question = {"purpose": "investigation", "case_number": "1/2026"}
    answer = api.client("investigator29").post("/v1/verifications", files=form("query", question, files))
    assert answer.status_code == 201, answer.text
    assert answer.json()["false_match_rate"] < 1e-3
    assert [item["part"] for item in answer.json()["slaps"]] == ["slap_right_four"]


def test_what_cannot_be_a_slap_says_so(api: Api) -> None:
    client = api.client("investigator29")
    refused = client.post("/v1/searches", files=search_request({"slap_right_four": face("obama")}))
    assert refused.status_code == 422
    assert refused.json()["file"] == "slap_right_four"
    named = client.post("/v1/searches", files=search_request({"slap_right": image(402)}))
    assert named.json()["code"] == "unexpected_part"
    captures = {"slap_right_four": {"missing": [9]}}
    wrong = client.post(
        "/v1/searches", files=search_request({"slap_right_four": image(402)}, captures=captures)
    )
    assert wrong.json()["code"] == "missing_finger_unknown"


def search(api: Api, files: dict[str, bytes]) -> dict[str, Any]:
    """Search and return the answer."""
    answer = api.client("investigator29").post("/v1/searches", files=search_request(files))
    assert answer.status_code == 201, answer.text
    return dict(json.loads(answer.text))
