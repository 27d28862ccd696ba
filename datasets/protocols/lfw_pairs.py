"""The pairs list of Labeled Faces in the Wild: which photographs to compare and whether they show one person.

The file starts with a line ``<sets> <n>`` (or ``<n>`` for one set); each set holds n lines
``name i j`` (same person) and then n lines ``name_a i name_b j`` (different people). Photograph i of
a name lies in ``<name>/<name>_<i as four digits>.jpg``. Only the number of fields of a line is relied
on, so a list whose lines are mixed reads as well.
"""

from dataclasses import dataclass
from pathlib import Path

from datasets.errors import DatasetUnreadable


@dataclass(frozen=True)
class FacePair:
    """Two photographs to compare; ``fold`` is the 0-based set of the list that the pair belongs to."""

    name_a: str
    number_a: int
    name_b: str
    number_b: int
    same_person: bool
    fold: int


def read_pairs(file: Path) -> list[FacePair]:
    """Return the pairs of a list in the order in which they stand.

    Raises:
        DatasetUnreadable: the file is missing, or a line has another form; the message names the line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise DatasetUnreadable(f"{file} cannot be read as a pairs list: {problem}") from problem
    rows = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
    folds = 1
    if rows and all(field.isdecimal() for field in rows[0][1]):
        folds = int(rows[0][1][0]) if len(rows[0][1]) == 2 else 1
        rows = rows[1:]
    if not rows:
        raise DatasetUnreadable(f"{file} holds no pairs")
    per_fold = max(1, len(rows) // max(1, folds))
    return [
        _pair(fields, min(index // per_fold, folds - 1), f"{file}, line {number}")
        for index, (number, fields) in enumerate(rows)
    ]


def photograph(directory: Path, name: str, number: int) -> Path:
    """Return where photograph ``number`` of a person lies; png, jpeg and others are taken for jpg."""
    stem = directory / name / f"{name}_{number:04d}"
    if (usual := stem.with_name(stem.name + ".jpg")).is_file():
        return usual
    others = sorted(stem.parent.glob(stem.name + ".*"))
    return others[0] if others else usual


def _pair(fields: list[str], fold: int, place: str) -> FacePair:
    try:
        if len(fields) == 3:
            name, first, second = fields
            return FacePair(name, int(first), name, int(second), True, fold)
        name_a, first, name_b, second = fields
        return FacePair(name_a, int(first), name_b, int(second), False, fold)
    except ValueError as problem:
        raise DatasetUnreadable(f"{place}: expected 'name i j' or 'name_a i name_b j'") from problem
