"""The options --face and --finger of the client commands: which file shows what."""

import re
from pathlib import Path
from typing import Annotated

import typer

from nishan.client import NamedFile
from nishan.errors import ArgumentInvalid, FileUnreadable

FaceOption = Annotated[Path | None, typer.Option("--face", help="A photograph.")]
FingerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--finger",
        help="A print as N=FILE: 1 right thumb to 5 right little, 6 left thumb to 10 left little, 0 unknown. "
        "May be repeated.",
    ),
]


def named_files(face: Path | None, fingers: list[str] | None, prefix: str = "") -> list[NamedFile]:
    """Return the files of a request under the part names of the API.

    Raises:
        ArgumentInvalid: a finger is not given as N=FILE.
        FileUnreadable: a file does not exist.
    """
    files: list[NamedFile] = []
    if face:
        files.append((f"{prefix}face", face.name, _existing(face)))
    for given in fingers or []:
        stated = re.fullmatch(r"(10|[0-9])=(.+)", given)
        if not stated:
            raise ArgumentInvalid(f"'{given}' is not a print: write for example --finger 1=right_thumb.png.")
        path = Path(stated[2])
        files.append((f"{prefix}finger_{stated[1]}", path.name, _existing(path)))
    return files


def needed(files: list[NamedFile]) -> list[NamedFile]:
    """Return the files if there are any.

    Raises:
        ArgumentInvalid: there are none.
    """
    if not files:
        raise ArgumentInvalid("Give a photograph with --face or a print with --finger N=FILE.")
    return files


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileUnreadable(f"There is no file {path}.")
    return path
