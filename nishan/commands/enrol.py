"""`nishan enrol`: enrol one person from a photograph, prints and an arrest record."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nishan.commands.caller import Caller, with_caller
from nishan.enrolling import FINAL, await_enrolment, describe, read_record
from nishan.errors import ArgumentInvalid
from nishan.probe_files import (
    FaceOption,
    FingerOption,
    MissingOption,
    SlapOption,
    named_files,
    needed,
    slap_captures,
)


@with_caller
def enrol(
    caller: Caller,
    record: Annotated[
        Path | None, typer.Option(help="JSON file with `person` and `encounter`, as the API describes them.")
    ] = None,
    reference: Annotated[str, typer.Option(help="Your own reference; sending it again is safe.")] = "",
    name: Annotated[str, typer.Option(help="Name of the person, in any script.")] = "",
    sex: Annotated[str, typer.Option(help="male, female, other or unknown.")] = "unknown",
    birth_year: Annotated[int | None, typer.Option(help="Year of birth.")] = None,
    state: Annotated[
        str, typer.Option(help="Two-digit state code; default: NISHAN_DEFAULT_STATE_CODE.")
    ] = "",
    face: FaceOption = None,
    finger: FingerOption = None,
    slap: SlapOption = None,
    missing: MissingOption = None,
    face_index: Annotated[int | None, typer.Option(help="Which face, if the photo shows several.")] = None,
    wait: Annotated[bool, typer.Option(help="Wait until the workers are done with it.")] = True,
) -> None:
    """Enrol a person. Without --record the enrolment is a training record, with the name given."""
    from core.ids import new_id
    from core.settings import settings

    files = needed(named_files(face, finger, slap))
    body = read_record(record) if record else training_record(name, sex, birth_year, state)
    body.setdefault("encounter", {}).setdefault("state_code", state or settings().default_state_code)
    body["reference"] = reference or body.get("reference") or f"cli-{new_id()}"
    if captures := slap_captures(files, missing):
        body["captures"] = {**body.get("captures", {}), **captures}
    if face_index is not None:
        body["face_index"] = face_index
    if any(part == "finger_0" for part, _, _ in files):
        body["unknown_position_intended"] = True
    client = caller.client("station")
    answer = client.post_files("/v1/enrolments", "record", body, files)
    if wait:
        answer = await_enrolment(client, answer["id"])
    caller.show(answer, describe(answer))
    if wait and answer["status"] in FINAL and answer["status"] != "complete":
        raise typer.Exit(1)


def training_record(name: str, sex: str, birth_year: int | None, state: str) -> dict[str, Any]:
    """Return the record of a training encounter, which needs no case."""
    from core.settings import settings

    if not name:
        raise ArgumentInvalid("Give the person's record with --record, or at least a name with --name.")
    return {
        "person": {
            "names": [{"kind": "primary", "text": name}],
            "sex": sex,
            "birth_year": birth_year,
            "training": True,
        },
        "encounter": {
            "kind": "training",
            "lawful_basis": "training",
            "state_code": state or settings().default_state_code,
            "occurred_at": datetime.now(UTC).isoformat(),
            "training": True,
        },
    }
