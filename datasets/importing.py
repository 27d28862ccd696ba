"""What a folder that somebody wants to import holds: which people, and for each the photos and prints.

Three layouts are recognised: prints named <finger>_<impression>, in the folder or in folders of it (each
finger becomes a person of its own, since nothing says which fingers belong together); mugshots with MEDS
names; and a folder per person, in which a file whose name states a finger (right_thumb, left_index_2,
finger_07, f7) is a print, one whose name states a slap (right_four, slap_left_thumb) a slap, a minutiae
record of another system (.fmr) a print too, and every other image a photograph of the face. There a
record.json says who it is and of which arrest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from biometrics.fingerprint.slaps.positions import SLAP_PARTS, SlapPosition
from biometrics.template import FingerPosition, Modality
from datasets.errors import DatasetUnreadable
from datasets.image_files import folders_in, images_in, natural_key
from datasets.protocols.fvc import holds_prints, read_databases
from datasets.protocols.meds import read_mugshots

MINUTIAE_ENDINGS = frozenset({".fmr"})
"""What the finger minutiae records of ISO 19794-2 and ANSI 378 are called; which it is, the file says."""

RECORD = "record.json"

_NUMBERED = re.compile(r"(?:^|[_\-. ])(?:f|finger|finger[_\- ]|frgp[_\- ]?)(10|0?[1-9])(?=$|[_\-. ])")
_MEDS = re.compile(r"S\d+-\d+-t10_\d+", re.IGNORECASE)


@dataclass(frozen=True)
class SampleFile:
    """One file to enrol; ``position`` is UNKNOWN for a face, a slap and a print of an unstated finger."""

    path: Path
    modality: Modality
    position: FingerPosition = FingerPosition.UNKNOWN
    slap: SlapPosition | None = None


@dataclass(frozen=True)
class ListedPerson:
    """One person of a folder; ``key`` is unique within the folder and serves as a client reference.

    Attributes:
        record: JSON with what is known of the person and the arrest; None where there is none.
    """

    key: str
    files: tuple[SampleFile, ...]
    record: Path | None = None


def list_people(directory: Path) -> Iterator[ListedPerson]:
    """Yield the people of a folder in a stable order; the files are listed, not opened.

    Raises:
        DatasetUnreadable: the folder has none of the layouts; the message says which are possible.
    """
    if not directory.is_dir():
        raise DatasetUnreadable(f"{directory} is no folder; give the folder that holds the images")
    if holds_prints(directory) or any(holds_prints(folder) for folder in folders_in(directory)):
        return _fingers(directory)
    if any(_MEDS.fullmatch(image.stem) for image in images_in(directory)):
        return _mugshot_subjects(directory)
    if any(_of_a_person(folder) for folder in folders_in(directory)):
        return _people(directory)
    raise DatasetUnreadable(
        f"{directory} has no known layout: give a folder with one folder of photographs per person, "
        "or one with prints named <finger>_<impression> such as 101_1.png"
    )


def stated_position(file_name: str) -> FingerPosition | None:
    """Return the finger that a file's name states, or None when it states none."""
    name = Path(file_name).stem.casefold()
    words = re.sub(r"[\s\-.]+", "_", name)
    for position in FingerPosition:
        if position and position.name.casefold() in words:
            return position
    numbered = _NUMBERED.search(name)
    return FingerPosition(int(numbered[1])) if numbered else None


def stated_slap(file_name: str) -> SlapPosition | None:
    """Return the slap that an image's name states, or None; a lone thumb is one only where it says so."""
    words = re.sub(r"[\s\-.]+", "_", Path(file_name).stem.casefold())
    if Path(file_name).suffix.lower() in MINUTIAE_ENDINGS:
        return None
    for part, slap in SLAP_PARTS.items():
        name = part if len(slap.fingers) == 1 else part.removeprefix("slap_")
        if name in words:
            return slap
    return None


def _fingers(directory: Path) -> Iterator[ListedPerson]:
    for database in read_databases(directory):
        fingers: dict[int, list[SampleFile]] = {}
        for print_ in database.prints:
            fingers.setdefault(print_.finger, []).append(SampleFile(print_.path, Modality.FINGER))
        for finger, files in fingers.items():
            yield ListedPerson(f"{database.name}/{finger}", tuple(files))


def _mugshot_subjects(directory: Path) -> Iterator[ListedPerson]:
    subjects: dict[str, list[SampleFile]] = {}
    for shot in read_mugshots(directory):
        subjects.setdefault(shot.subject, []).append(SampleFile(shot.path, Modality.FACE))
    for subject, files in subjects.items():
        yield ListedPerson(subject, tuple(files))


def _people(directory: Path) -> Iterator[ListedPerson]:
    for folder in folders_in(directory):
        record = folder / RECORD
        if files := _of_a_person(folder):
            yield ListedPerson(folder.name, tuple(map(_sample, files)), record if record.is_file() else None)


def _of_a_person(folder: Path) -> list[Path]:
    """Return the images and minutiae records of a person's folder, in natural order."""
    records = [path for path in folder.iterdir() if path.suffix.lower() in MINUTIAE_ENDINGS]
    visible = [path for path in records if path.is_file() and not path.name.startswith(".")]
    return sorted([*images_in(folder), *visible], key=lambda path: natural_key(path.name))


def _sample(file: Path) -> SampleFile:
    if slap := stated_slap(file.name):
        return SampleFile(file, Modality.FINGER, slap=slap)
    position = stated_position(file.name)
    if file.suffix.lower() in MINUTIAE_ENDINGS:
        return SampleFile(file, Modality.FINGER, position or FingerPosition.UNKNOWN)
    if position is None:
        return SampleFile(file, Modality.FACE)
    return SampleFile(file, Modality.FINGER, position)
