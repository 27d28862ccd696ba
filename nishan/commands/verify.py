"""`nishan verify`: compare one to one, with an enrolled person or with another file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from nishan.commands.caller import Caller, with_caller
from nishan.commands.identify import CaseOption, PurposeOption
from nishan.errors import ArgumentInvalid
from nishan.probe_files import FaceOption, FingerOption, SlapOption, named_files, needed


@with_caller
def verify(
    caller: Caller,
    purpose: PurposeOption,
    case_number: CaseOption,
    face: FaceOption = None,
    finger: FingerOption = None,
    slap: SlapOption = None,
    person: Annotated[str, typer.Option(help="Number of the enrolled person to compare with.")] = "",
    other_face: Annotated[Path | None, typer.Option(help="A second photograph to compare with.")] = None,
    other_finger: Annotated[list[str] | None, typer.Option(help="A second print, as N=FILE.")] = None,
    face_index: Annotated[int | None, typer.Option(help="Which face, if the photo shows several.")] = None,
) -> None:
    """Compare files with one person's references, or two sets of files with each other."""
    files = needed(named_files(face, finger, slap))
    others = named_files(other_face, other_finger, prefix="other_")
    if bool(person) == bool(others):
        raise ArgumentInvalid(
            "Compare with a person (--person NUMBER) or with files (--other-face, --other-finger)."
        )
    query: dict[str, Any] = {"purpose": purpose, "case_number": case_number, "face_index": face_index}
    if person:
        query["person_number"] = person
    client = caller.client("investigator")
    answer = client.post_files("/v1/verifications", "query", query, [*files, *others])
    rate = answer["false_match_rate"]
    sentence = answer.get("statement") or f"Score {answer['score']:.1f}, false-match rate {rate:.2g}."
    caller.show(answer, sentence)
