"""Arrests to enrol in journey tests: records, synthetic prints and the calls an officer's software makes."""

import json
import time
from typing import Any

import httpx

from biometrics.template import FingerPosition
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger

PATIENCE_S = 240.0
FINAL = {"complete", "awaiting_confirmation", "needs_recapture", "failed"}


def record(reference: str, name: str = "Asha Verma", **changes: Any) -> dict[str, Any]:
    """Return an enrolment record of a training arrest in state 29; ``changes`` go into the encounter."""
    encounter = {
        "kind": "training",
        "state_code": "29",
        "district": "Training District",
        "station_code": "2901",
        "station_name": "Training Station",
        "fir_number": "0017",
        "fir_year": 2026,
        "acts_sections": [{"act": "TRAINING", "section": "1"}],
        "lawful_basis": "training",
        "occurred_at": "2026-03-01T10:00:00Z",
        "training": True,
        **changes,
    }
    return {
        "reference": reference,
        "person": {
            "names": [{"kind": "primary", "text": name}],
            "sex": "female",
            "birth_year": 1990,
            "training": True,
        },
        "encounter": encounter,
    }


def print_file(seed: int, position: FingerPosition, impression: int = 0) -> bytes:
    """Return one impression of one synthetic finger as a PNG at 500 dpi."""
    return encode_png(finger(seed, position, impression))


def portrait_file(name: str) -> bytes:
    """Return the bytes of one public-domain portrait."""
    return portrait(name).read_bytes()


def enrol(client: httpx.Client, details: dict[str, Any], files: dict[str, bytes]) -> httpx.Response:
    """Send one enrolment; ``files`` maps `face` or `finger_N` to image bytes."""
    parts = {name: (f"{name}.png", data, "application/octet-stream") for name, data in files.items()}
    return client.post("/v1/enrolments", data={"record": json.dumps(details)}, files=parts)


def search(
    client: httpx.Client, files: dict[str, bytes], *, case_number: str = "0017/2026", **query: Any
) -> httpx.Response:
    """Send one identification for a training case."""
    asked = {"purpose": "training", "case_number": case_number, **query}
    parts = {name: (f"{name}.png", data, "application/octet-stream") for name, data in files.items()}
    return client.post("/v1/searches", data={"query": json.dumps(asked)}, files=parts)


def finished(client: httpx.Client, enrolment_id: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
    """Wait until an enrolment has come to its end and return it."""
    deadline = time.monotonic() + patience_s
    while True:
        answer = client.get(f"/v1/enrolments/{enrolment_id}")
        answer.raise_for_status()
        enrolment: dict[str, Any] = answer.json()
        if enrolment["status"] in FINAL:
            return enrolment
        assert time.monotonic() < deadline, f"the enrolment is still {enrolment['status']}: {enrolment}"
        time.sleep(0.2)
