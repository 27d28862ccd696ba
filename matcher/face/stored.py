"""Face rows as files: one set per segment, full ones opened through memory, written beside searches."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import StoredIndexUnusable
from matcher.face.embedding import Vectors
from matcher.face.library import Mask
from matcher.face.parameters import FaceIndexParameters
from matcher.face.quick_codes import QuickCodes
from matcher.face.segment import FaceSegment

FORM = 1
_LIST = "face_index.json"
_VECTORS, _WIPED, _CODES = ".vectors", ".wiped", ".codes"


@dataclass(frozen=True)
class Contents:
    """What a folder holds."""

    dimension: int
    segments: list[FaceSegment]


def segment_rows(dimension: int, parameters: FaceIndexParameters) -> int:
    """Return how many rows a full segment has."""
    return max(1, parameters.segment_values // dimension)


def writer(
    segments: Sequence[FaceSegment], dimension: int | None, parameters: FaceIndexParameters
) -> Callable[[Path], None]:
    """Return what writes the rows of this moment; only a segment that can still grow is copied for that."""
    taken = [(segment, segment.copied() if segment.free else None) for segment in segments]

    def write(folder: Path) -> None:
        described = []
        for number, (segment, copy) in enumerate(taken):
            path = folder / f"segment_{number:04}{_VECTORS}"
            described.append(_write_full(path, segment) if copy is None else _write_copy(path, segment, copy))
        contents = {
            "form": FORM,
            "dimension": dimension,
            "segment_rows": segment_rows(dimension, parameters) if dimension else 0,
            "values_per_code": parameters.values_per_code,
            "segments": described,
        }
        (folder / _LIST).write_text(json.dumps(contents), encoding="utf-8")

    return write


def read(folder: Path, parameters: FaceIndexParameters) -> Contents | None:
    """Return what `writer` wrote, None when there was no row.

    Raises:
        StoredIndexUnusable: it was written in another form or with other parameters.
    """
    try:
        told = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        dimension = told["dimension"]
        expected = segment_rows(dimension, parameters) if dimension else 0
        fits = told["form"] == FORM and told["segment_rows"] == expected
        if not fits or told["values_per_code"] != parameters.values_per_code:
            raise StoredIndexUnusable("The stored face index has another form: load it from the records.")
        if dimension is None:
            return None
        segments = [
            _read_segment(folder / f"segment_{number:04}{_VECTORS}", entry, dimension, expected, parameters)
            for number, entry in enumerate(told["segments"])
        ]
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as problem:
        raise StoredIndexUnusable("The stored face index is damaged: load it from the records.") from problem
    return Contents(dimension, segments)


def _write_full(path: Path, segment: FaceSegment) -> dict[str, Any]:
    """Write a full segment, or link its files of before when nothing was wiped in it since."""
    before = segment.stored_at
    while True:
        gaps, codes = segment.gaps, segment.codes
        if before is None or not _linked(before, path):
            _write_rows(path, segment.vectors, segment.wiped)
        if codes is not None and not (before is not None and _linked(before, path, (_CODES,))):
            codes.write(path.with_suffix(_CODES))
        if segment.gaps == gaps:
            break
        before = None
    segment.stored_as(path, gaps)
    told = None if codes is None else {"depth": codes.depth, "recall": codes.recall}
    return {"rows": len(segment), "codes": told}


def _write_copy(path: Path, segment: FaceSegment, copy: Vectors) -> dict[str, Any]:
    """Write the copy of a segment that can still grow, without what was wiped since."""
    wiped = segment.wiped[: len(copy)].copy()
    copy[wiped] = 0.0
    _write_rows(path, copy, wiped)
    return {"rows": len(copy), "codes": None}


def _write_rows(path: Path, vectors: Vectors, wiped: Mask) -> None:
    for suffix, values in ((_VECTORS, vectors), (_WIPED, wiped)):
        path.with_suffix(suffix).unlink(missing_ok=True)
        with path.with_suffix(suffix).open("wb") as file:
            values.tofile(file)


def _linked(before: Path, path: Path, suffixes: Sequence[str] = (_VECTORS, _WIPED)) -> bool:
    """Give a file of an earlier folder a second name; whether it was still there."""
    try:
        for suffix in suffixes:
            os.link(before.with_suffix(suffix), path.with_suffix(suffix))
    except OSError:
        return False
    return True


def _read_segment(
    path: Path, told: dict[str, Any], dimension: int, room: int, parameters: FaceIndexParameters
) -> FaceSegment:
    rows = int(told["rows"])
    wiped = np.fromfile(path.with_suffix(_WIPED), dtype=bool)
    vectors: Vectors = np.asarray(np.memmap(path, np.float32, "r", shape=(rows, dimension)))
    if len(wiped) != rows or rows > room:
        raise StoredIndexUnusable("The stored face index is damaged: load it from the records.")
    if rows < room:
        segment = FaceSegment.empty(dimension, room, parameters)
        segment.append(rows)[:] = vectors
        segment.mark_wiped(wiped)
        return segment
    segment = FaceSegment(vectors, parameters, wiped, length=rows, mapped=True)
    segment.stored_as(path, segment.gaps)
    codes = told["codes"]
    if codes is not None:
        segment.codes = QuickCodes.read(path.with_suffix(_CODES), int(codes["depth"]), float(codes["recall"]))
    return segment
