"""Reads the CSV list of a batch: which file is a probe of what."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import FingerPosition, Impression, Modality
from enroll.errors import ListUnusable
from enroll.parameters import ENROLL

COLUMNS = ("file", "modality", "position", "impression", "dpi", "probe")


@dataclass(frozen=True)
class ListedProbe:
    """One probe of a batch.

    Attributes:
        file: Name of the file in the upload.
        name: What the result calls this probe.
    """

    file: str
    name: str
    modality: Modality
    position: FingerPosition = FingerPosition.UNKNOWN
    impression: Impression = Impression.PLAIN
    dpi: float | None = None


def read_list(text: bytes, default: Modality) -> list[ListedProbe]:
    """Return the probes of a CSV list with a heading line; only the column ``file`` is needed.

    Raises:
        ListUnusable: names the line and what is wrong with it.
    """
    try:
        decoded = text.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(decoded, newline=""), strict=True)
        rows = list(reader)
    except UnicodeDecodeError as problem:
        raise ListUnusable("The list is not UTF-8. Save it as CSV in UTF-8.") from problem
    except csv.Error as problem:
        raise ListUnusable(f"The list is no readable CSV ({problem}).") from problem
    _check_heading(reader.fieldnames or [])
    if not rows:
        raise ListUnusable("The list names no file. Add one line per probe.")
    if len(rows) > ENROLL.batch.most_probes:
        raise ListUnusable(f"The list has {len(rows)} lines; at most {ENROLL.batch.most_probes} are taken.")
    return [_probe(row, line, default) for line, row in enumerate(rows, start=2)]


def probe_from_name(file: str, default: Modality) -> ListedProbe:
    """Return what a file name says: ``finger_3`` anywhere in it makes it a print of that finger."""
    stated = re.search(r"finger[_-]?(10|[0-9])(?![0-9])", file.lower())
    if stated:
        return ListedProbe(file, file, Modality.FINGER, FingerPosition(int(stated.group(1))))
    return ListedProbe(file, file, default)


def _check_heading(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if "file" not in names or unknown:
        raise ListUnusable(
            f"The list's first line must name the columns: file, and if wanted {', '.join(COLUMNS[1:])}.",
            unknown=unknown,
        )


def _probe(row: dict[str, str | None], line: int, default: Modality) -> ListedProbe:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if None in row:
        raise ListUnusable(f"Line {line} of the list has more cells than the first line.", line=line)
    if not cells["file"]:
        raise ListUnusable(f"Line {line} of the list names no file.", line=line)
    guess = probe_from_name(cells["file"], default)
    try:
        return ListedProbe(
            file=cells["file"],
            name=cells["probe"] or cells["file"],
            modality=Modality(cells["modality"]) if cells["modality"] else guess.modality,
            position=FingerPosition(int(cells["position"])) if cells["position"] else guess.position,
            impression=Impression(cells["impression"] or Impression.PLAIN),
            dpi=_dpi(cells["dpi"]),
        )
    except ValueError as problem:
        raise ListUnusable(
            f"Line {line} of the list: {problem}. Modality is face or finger, position 0 to 10,"
            " impression plain, rolled or latent, dpi a number.",
            line=line,
        ) from problem


def _dpi(cell: str) -> float | None:
    if not cell:
        return None
    value = float(cell)
    if not 0 < value < 10_000:
        raise ValueError(f"{cell} dpi is no resolution")
    return value
