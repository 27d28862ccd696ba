"""Prints that come as minutiae records of another system: enrolled, searched, and ours handed out."""

from dataclasses import replace

import httpx
import pytest

from biometrics.standards.minutiae_files import read_record, write_record
from biometrics.standards.minutiae_record import RecordFormat
from biometrics.template import FingerPosition
from tests.integration.api.conftest import Api
from tests.integration.api.requests import face, fingerprint, search_request


@pytest.fixture(scope="module")
def image_person(api: Api) -> str:
    """A person enrolled with a photo and with the image of a print."""
    return api.enrol("station29", "from-image", {"face": face("obama"), "finger_2": fingerprint(81, 2)})


def _probe(client: httpx.Client, data: bytes, part: str = "finger_2") -> httpx.Response:
    return client.post("/v1/searches", files=search_request({part: data}))


def _finger_sample(client: httpx.Client, image: bytes) -> str:
    """Search with an image and return the id of its probe."""
    answer = _probe(client, image)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["probes"][0]["sample_id"])


def _record(client: httpx.Client, image: bytes, target: str = "iso19794-2:2005") -> bytes:
    answer = client.get(f"/v1/samples/{_finger_sample(client, image)}/template", params={"format": target})
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("target", list(RecordFormat))
def test_a_print_leaves_in_every_format(api: Api, image_person: str, target: RecordFormat) -> None:
    record = read_record(_record(api.client("investigator29"), fingerprint(81, 2, 1), target))
    assert (record.format, record.defects) == (target, ())
    assert record.views[0].position is FingerPosition.RIGHT_INDEX
    assert len(record.views[0].minutiae) > 10


def test_a_record_as_a_probe_finds_whom_an_image_enrolled(api: Api, image_person: str) -> None:
    client = api.client("investigator29")
    record = _record(client, fingerprint(81, 2, 1))
    answer = _probe(client, record)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["candidates"][0]["person"]["id"] == image_person
    sample_id = found["probes"][0]["sample_id"]
    assert client.get(f"/v1/samples/{sample_id}/image").content == record
    small = client.get(f"/v1/samples/{sample_id}/image", params={"max_side": 160})
    assert small.headers["content-type"] == "image/jpeg"


def test_a_record_enrols_a_person_whom_an_image_finds(api: Api, image_person: str) -> None:
    client = api.client("investigator29")
    record = _record(client, fingerprint(82, 2), "ansi378:2004")
    person_id = api.enrol("station29", "from-record", {"finger_2": record})
    found = _probe(client, fingerprint(82, 2, 1)).json()
    assert found["candidates"][0]["person"]["id"] == person_id
    again = _probe(client, _record(client, fingerprint(82, 2, 1))).json()
    assert again["candidates"][0]["person"]["id"] == person_id
    sample_id = found["candidates"][0]["evidence"][0]["sample_id"]
    assert client.get(f"/v1/samples/{sample_id}/template").status_code == 200


def test_a_record_of_another_finger_or_a_damaged_one_is_refused(api: Api, image_person: str) -> None:
    client = api.client("investigator29")
    record = _record(client, fingerprint(81, 2, 1))
    for data, part in ((record, "finger_7"), (record[:60], "finger_2"), (b"FMR\0 20\0", "finger_2")):
        answer = _probe(client, data, part)
        assert (answer.status_code, answer.json()["code"]) == (422, "template_record_unreadable")
        assert answer.json()["file"] == part
    read = read_record(record)
    few = replace(read, views=(replace(read.views[0], minutiae=read.views[0].minutiae[:2]),))
    assert _probe(client, write_record(few)).json()["code"] == "too_few_minutiae"


def test_the_quality_of_a_record_is_what_it_states(api: Api, image_person: str) -> None:
    client = api.client("investigator29")
    record = _record(client, fingerprint(81, 2, 1))
    options = {"modality": "finger", "position": "2"}
    answer = client.post("/v1/quality", files={"file": ("print.fmr", record)}, data=options)
    assert answer.status_code == 200, answer.text
    stated = read_record(record).views[0]
    assert stated.quality is not None
    assert answer.json()["minutiae"] == len(stated.minutiae)
    assert 0 < answer.json()["quality"]["value"] <= stated.quality


def test_a_face_has_no_minutiae(api: Api, image_person: str) -> None:
    client = api.client("investigator29")
    answer = client.post("/v1/searches", files=search_request({"face": face("obama2")}))
    sample_id = answer.json()["probes"][0]["sample_id"]
    refused = client.get(f"/v1/samples/{sample_id}/template")
    assert (refused.status_code, refused.json()["code"]) == (422, "no_fingerprint_sample")


def test_another_state_gets_no_template(api: Api, image_person: str) -> None:
    sample_id = _finger_sample(api.client("investigator29"), fingerprint(81, 2, 1))
    answer = api.client("investigator27").get(f"/v1/samples/{sample_id}/template")
    assert answer.status_code == 404
