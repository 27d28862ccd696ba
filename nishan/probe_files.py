"""The options --face, --finger, --slap and --minutiae of the client commands: which file shows what."""

import re
from pathlib import Path
from typing import Annotated

import typer

from nishan.client import NamedFile
from nishan.errors import ArgumentInvalid, FileUnreadable

FaceOption = Annotated[Path | None, typer.Option("--face", help="A photograph.")]
FacesOption = Annotated[
    list[Path] | None,
    typer.Option("--face", help="A photograph. May be repeated for several of the same person."),
]
FingerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--finger",
        help="A print as N=FILE: 1 right thumb to 5 right little, 6 left thumb to 10 left little, 0 unknown. "
        "May be repeated.",
    ),
]
SlapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--slap",
        help="Fingers pressed down together, as NAME=FILE: right_four, left_four, two_thumbs, right_thumb, "
        "left_thumb. May be repeated.",
    ),
]
MissingOption = Annotated[
    list[int] | None,
    typer.Option("--missing", help="A finger (1 to 10) that cannot be on its slap. May be repeated."),
]

MinutiaeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--minutiae",
        help="Minutiae that an examiner marked, as N=FILE with JSON (docs/api.md); with --finger N=IMAGE of"
        " the mark or without. May be repeated.",
    ),
]


def named_files(
    face: Path | None,
    fingers: list[str] | None,
    slaps: list[str] | None = None,
    prefix: str = "",
    minutiae: list[str] | None = None,
) -> list[NamedFile]:
    """Return the files of a request under the part names of the API.

    Raises:
        ArgumentInvalid: a finger or its minutiae are not given as N=FILE, or a slap not as NAME=FILE.
        FileUnreadable: a file does not exist.
    """
    files: list[NamedFile] = []
    if face:
        files.append((f"{prefix}face", face.name, _existing(face)))
    for given in fingers or []:
        number, path = _numbered(given, "a print: write for example --finger 1=right_thumb.png.")
        files.append((f"{prefix}finger_{number}", path.name, _existing(path)))
    for given in minutiae or []:
        number, path = _numbered(given, "a list of minutiae: write for example --minutiae 0=mark.json.")
        files.append((f"minutiae_{number}", path.name, _existing(path)))
    return files + [_slap(given, prefix) for given in slaps or []]


def photographs(paths: list[Path] | None) -> list[NamedFile]:
    """Return photographs of one person under the part name of the API.

    Raises:
        FileUnreadable: a file does not exist.
    """
    return [("face", path.name, _existing(path)) for path in paths or []]


def _numbered(given: str, else_say: str) -> tuple[str, Path]:
    stated = re.fullmatch(r"(10|[0-9])=(.+)", given)
    if not stated:
        raise ArgumentInvalid(f"'{given}' is not {else_say}")
    return stated[1], Path(stated[2])


def _slap(given: str, prefix: str) -> NamedFile:
    from biometrics.fingerprint.slaps.positions import SLAP_PARTS

    name, _, file = given.partition("=")
    part = f"slap_{name}"
    if part not in SLAP_PARTS or not file:
        names = ", ".join(known.removeprefix("slap_") for known in SLAP_PARTS)
        raise ArgumentInvalid(f"'{given}' is not a slap: write NAME=FILE with one of the names {names}.")
    return f"{prefix}{part}", Path(file).name, _existing(Path(file))


def slap_captures(files: list[NamedFile], missing: list[int] | None) -> dict[str, dict[str, list[int]]]:
    """Return what is stated of the slaps among the files: which of their fingers are missing.

    Raises:
        ArgumentInvalid: a missing finger belongs on none of the slaps.
    """
    from biometrics.fingerprint.slaps.positions import SLAP_PARTS

    captures: dict[str, dict[str, list[int]]] = {}
    slaps = {part: SLAP_PARTS[part].fingers for part, _, _ in files if part in SLAP_PARTS}
    for finger in missing or []:
        part = next((part for part, fingers in slaps.items() if finger in fingers), None)
        if part is None:
            raise ArgumentInvalid(f"Finger {finger} belongs on none of the slaps given with --slap.")
        captures.setdefault(part, {"missing": []})["missing"].append(finger)
    return captures


def needed(files: list[NamedFile]) -> list[NamedFile]:
    """Return the files if there are any.

    Raises:
        ArgumentInvalid: there are none.
    """
    if not files:
        raise ArgumentInvalid(
            "Give a photograph with --face, a print with --finger N=FILE or a slap with --slap NAME=FILE."
        )
    return files


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileUnreadable(f"There is no file {path}.")
    return path
