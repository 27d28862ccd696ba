"""The main job over HTTP: enrol with photo and prints, identify by another photo and print, see the FIR."""

import uuid

from biometrics.template import FingerPosition
from nishan.running_service import RunningService
from tests.journey.arrests import enrol, finished, portrait_file, print_file, record, search

THUMB, INDEX = FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX


def test_from_upload_to_the_linked_record(service: RunningService) -> None:
    with service.client("station") as station, service.client("investigator") as investigator:
        own, other = f"journey-{uuid.uuid4()}", f"journey-{uuid.uuid4()}"
        sent = enrol(
            station,
            record(own, "आशा वर्मा", fir_number="0042"),
            {
                "face": portrait_file("obama"),
                "finger_1": print_file(7001, THUMB),
                "finger_2": print_file(7001, INDEX),
            },
        )
        assert sent.status_code == 202
        assert sent.headers["location"] == f"/v1/enrolments/{sent.json()['id']}"
        stranger = enrol(
            station,
            record(other, "Bina Das"),
            {"face": portrait_file("biden"), "finger_1": print_file(7002, THUMB)},
        )
        enrolled = finished(station, sent.json()["id"])
        assert enrolled["status"] == "complete", enrolled
        assert finished(station, stranger.json()["id"])["status"] == "complete"
        number = enrolled["person_number"]
        assert number.startswith("29")
        assert len(number) == 10

        again = enrol(
            station,
            record(own, "आशा वर्मा", fir_number="0042"),
            {
                "face": portrait_file("obama"),
                "finger_1": print_file(7001, THUMB),
                "finger_2": print_file(7001, INDEX),
            },
        )
        assert again.status_code == 200
        assert again.json()["id"] == enrolled["id"]

        for files in (
            {"face": portrait_file("obama2")},
            {"finger_1": print_file(7001, THUMB, 1)},
            {"finger_0": print_file(7001, INDEX, 2)},
            {"face": portrait_file("obama2"), "finger_2": print_file(7001, INDEX, 1)},
        ):
            answer = search(investigator, files)
            assert answer.status_code == 201, answer.text
            best = answer.json()["candidates"][0]
            assert best["person"]["number"] == number
            assert best["false_match_rate"] < 1e-3
            assert best["expected_strangers"] < 0.5
            assert [encounter["fir_number"] for encounter in best["encounters"]] == ["0042"]
            assert best["encounters"][0]["training"] is True
            for candidate in answer.json()["candidates"][1:]:
                assert candidate["score"] < best["score"]

    with service.client("auditor") as auditor:
        page = auditor.get("/v1/audit", params={"limit": 50}).json()["items"]
        assert any(row["case_number"] == "0017/2026" for row in page)
        assert auditor.get("/v1/audit/verification").json()["intact"] is True


def test_known_person_is_never_linked_silently(service: RunningService) -> None:
    with service.client("station") as station:
        first = enrol(
            station, record(f"known-{uuid.uuid4()}", "Chitra Rao"), {"finger_1": print_file(7010, THUMB)}
        )
        known = finished(station, first.json()["id"])
        assert known["status"] == "complete", known
        second = enrol(
            station,
            record(f"known-{uuid.uuid4()}", "C. Rao", fir_number="0099"),
            {"finger_1": print_file(7010, THUMB, 1)},
        )
        waiting = finished(station, second.json()["id"])
        assert waiting["status"] == "awaiting_confirmation"
        assert waiting["duplicates"][0]["person"]["number"] == known["person_number"]

        decision = {
            "decision": "same_person",
            "person_id": known["person_id"],
            "reason": "Same thumb and same face seen by the officer",
        }
        confirmed = station.post(f"/v1/enrolments/{waiting['id']}/decision", json=decision)
        assert confirmed.status_code == 200, confirmed.text
        assert finished(station, waiting["id"])["person_number"] == known["person_number"]
        person = station.get(f"/v1/persons/{known['person_id']}").json()
        assert {encounter["fir_number"] for encounter in person["encounters"]} == {"0017", "0099"}


def test_erased_person_disappears_from_every_answer_at_once(service: RunningService) -> None:
    with service.client("station") as station, service.client("supervisor") as supervisor:
        sent = enrol(
            station, record(f"erased-{uuid.uuid4()}", "Devi Nair"), {"finger_3": print_file(7020, INDEX)}
        )
        enrolled = finished(station, sent.json()["id"])
        probe = {"finger_3": print_file(7020, INDEX, 1)}
        found = search(supervisor, probe).json()["candidates"]
        assert found[0]["person"]["number"] == enrolled["person_number"]

        erased = supervisor.request(
            "DELETE",
            f"/v1/persons/{enrolled['person_id']}",
            json={"reason": "Court order in a training case"},
        )
        assert erased.status_code == 204, erased.text
        numbers = [
            candidate["person"]["number"] for candidate in search(supervisor, probe).json()["candidates"]
        ]
        assert enrolled["person_number"] not in numbers
        assert supervisor.get(f"/v1/persons/{enrolled['person_id']}").status_code == 404
