"""Enrolments of the client commands: the record that goes with one, and what became of it in words."""

import json
import time
from pathlib import Path
from typing import Any

from nishan.client import ServiceClient
from nishan.errors import ArgumentInvalid, FileUnreadable

FINAL = {"complete", "awaiting_confirmation", "needs_recapture", "failed"}
"""Statuses in which an enrolment waits for a person or is over."""

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0


def await_enrolment(client: ServiceClient, enrolment_id: str) -> dict[str, Any]:
    """Return the enrolment once no worker has anything to do with it."""
    pause_s = _FIRST_PAUSE_S
    while True:
        answer: dict[str, Any] = client.get(f"/v1/enrolments/{enrolment_id}")
        if answer["status"] in FINAL:
            return answer
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)


def describe(enrolment: dict[str, Any]) -> str:
    """Return what became of an enrolment, and what to do next."""
    label = f"Enrolment {enrolment['reference']}"
    lines = [f"  {problem.get('message', problem)}" for problem in enrolment["problems"]]
    known = [
        f"  {duplicate['person']['number']} {duplicate['person']['display_name']}"
        for duplicate in enrolment["duplicates"]
    ]
    sentence = {
        "complete": f"{label} is complete: person {enrolment['person_number']}.",
        "awaiting_confirmation": f"{label}: this person may be known already. Decide in the console:",
        "needs_recapture": f"{label}: some samples must be taken again:",
        "failed": f"{label} failed:",
    }.get(
        enrolment["status"], f"{label} is accepted ({enrolment['steps_done']} of {enrolment['steps_total']})."
    )
    return "\n".join([sentence, *(known if enrolment["status"] == "awaiting_confirmation" else []), *lines])


def read_record(path: Path) -> dict[str, Any]:
    """Return what a JSON file says of a person and an encounter, as the API describes them.

    Raises:
        FileUnreadable, ArgumentInvalid: it is no such file.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise FileUnreadable(f"The record {path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise ArgumentInvalid(f"The record {path} is not JSON in UTF-8: {problem}.") from problem
    if not isinstance(value, dict):
        raise ArgumentInvalid(f"The record {path} must be a JSON object with `person` and `encounter`.")
    return value
