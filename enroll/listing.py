"""Reads the CSV list of a batch: which file is a probe of what."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from biometrics.fingerprint.slaps.positions import SLAP_PARTS, SlapPosition
from biometrics.template import FingerPosition, Impression, Modality
from enroll.errors import ListUnusable
from enroll.parameters import ENROLL

COLUMNS = (
    *("file", "modality", "position", "impression", "dpi", "probe"),
    *("slap", "missing", "sketch", "face_index", "minutiae"),
)

_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")
_SLAPS = "|".join(name.removeprefix("slap_") for name in SLAP_PARTS)


@dataclass(frozen=True)
class ListedProbe:
    """One file of a batch: a probe, or one of several files of a probe.

    Attributes:
        file: Name of the file in the upload.
        name: What the result calls this probe.
        joined: The list names the probe: all lines with this name are files of one person.
        slap: What was pressed down together; None for a face and for a single finger.
        missing: Fingers that cannot be on the slap.
        sketch: A drawing of a face.
        face_index: Which face of a photograph with several.
        minutiae: Name of the file with what an examiner marked in this one; "" for none.
        line: Of the list; 0 without one.
    """

    file: str
    name: str
    modality: Modality
    position: FingerPosition = FingerPosition.UNKNOWN
    impression: Impression = Impression.PLAIN
    dpi: float | None = None
    joined: bool = False
    slap: SlapPosition | None = None
    missing: tuple[FingerPosition, ...] = ()
    sketch: bool = False
    face_index: int | None = None
    minutiae: str = ""
    line: int = 0


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
    """Return what a file name says.

    ``finger_3`` anywhere in it makes it a print of that finger, ``slap_right_four`` a slap of those.
    """
    together = re.search(rf"slap[_-]?({_SLAPS})", file.lower())
    if together:
        return ListedProbe(file, file, Modality.FINGER, slap=SLAP_PARTS[f"slap_{together.group(1)}"])
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
    try:
        return _stated(cells, probe_from_name(cells["file"], default), line)
    except ValueError as problem:
        raise ListUnusable(
            f"Line {line} of the list: {problem}. Modality is face or finger, position 0 to 10,"
            " impression plain, rolled or latent, dpi a number, slap one of"
            f" {', '.join(_SLAPS.split('|'))}, missing the numbers of fingers, sketch yes or no, face_index"
            " a number from 0.",
            line=line,
        ) from problem


def _stated(cells: Mapping[str, str], guess: ListedProbe, line: int) -> ListedProbe:
    slap = _slap(cells["slap"]) if cells["slap"] else guess.slap
    single = Modality(cells["modality"]) if cells["modality"] else guess.modality
    if cells["slap"] and (cells["position"] or cells["modality"] == Modality.FACE):
        raise ValueError("a slap is neither a face nor of one position")
    if not cells["slap"] and (cells["position"] or single is Modality.FACE):
        slap = None  # what the line states is believed rather than the file's name
    return ListedProbe(
        file=cells["file"],
        name=cells["probe"] or cells["file"],
        modality=Modality.FINGER if slap else single,
        position=FingerPosition(int(cells["position"])) if cells["position"] else guess.position,
        impression=Impression(cells["impression"] or Impression.PLAIN),
        dpi=_dpi(cells["dpi"]),
        joined=bool(cells["probe"]),
        slap=slap,
        missing=tuple(FingerPosition(int(number)) for number in re.findall(r"[^\s,;+]+", cells["missing"])),
        sketch=_yes(cells["sketch"]),
        face_index=_index(cells["face_index"]),
        minutiae=cells["minutiae"],
        line=line,
    )


def _slap(cell: str) -> SlapPosition:
    found = SLAP_PARTS.get(f"slap_{cell.lower().removeprefix('slap_')}")
    if found is None:
        raise ValueError(f"{cell} is no slap")
    return found


def _yes(cell: str) -> bool:
    if cell.lower() not in (*_YES, *_NO):
        raise ValueError(f"{cell} is neither yes nor no")
    return cell.lower() in _YES


def _index(cell: str) -> int | None:
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit() or len(cell) > 4:
        raise ValueError(f"{cell} numbers no face")
    return int(cell)


def _dpi(cell: str) -> float | None:
    if not cell:
        return None
    value = float(cell)
    if not 0 < value < 10_000:
        raise ValueError(f"{cell} dpi is no resolution")
    return value
