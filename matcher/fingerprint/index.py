"""Finds a print among many: a quick scan of all, a close scan of some, full comparison of a hundred."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from biometrics.template import FingerPosition
from matcher.columns import Column
from matcher.errors import StoredIndexUnusable
from matcher.fingerprint.comparison import score_many
from matcher.fingerprint.crew import crew
from matcher.fingerprint.growing_list import GrowingList
from matcher.fingerprint.parameters import SCAN, ScanParameters
from matcher.fingerprint.prepared import Prepared, prepare
from matcher.fingerprint.segments import FINGERS, Segment
from matcher.fingerprint.short_list import ShortList
from matcher.fingerprint.sketch import WORDS
from matcher.fingerprint.thorough import ThoroughList
from matcher.indexes import Listing, Mask, Rows, Scores

_FORM = "index.json"

NOTHING = -1e3
"""Score of a row with no template behind it."""

COMPARED_AT_ONCE = 16
"""Templates compared in one piece: 2 to 5 ms, as long as the scan of a segment."""


class FingerprintIndex:
    """Prints of one producer in rows 0, 1, 2, ...; memory grows by whole segments and is never copied."""

    def __init__(self, limits: ScanParameters = SCAN, segment_fingers: int = FINGERS) -> None:
        self._limits = limits
        self._segment_fingers = segment_fingers
        self._segments: list[Segment] = []
        self._there = Column(np.bool_, 1)  # by row: not wiped

    @classmethod
    def open(cls, folder: Path, limits: ScanParameters = SCAN) -> "FingerprintIndex":
        """Return a stored index.

        Raises:
            StoredIndexUnusable: it is damaged, or its sketches were made in another way.
        """
        stored = _read_form(folder)
        if stored["sketches"] != _sketch_form(limits):
            raise StoredIndexUnusable("The stored sketches of fingers are of another version.")
        fingers = int(stored["segment_fingers"])
        made = cls(limits, fingers)
        for k in range(int(stored["segments"])):
            segment = Segment.open(folder / _file(k), limits, fingers)
            made._segments.append(segment)
            made._there.extend_to(len(made))
            made._there.values[segment.wiped_rows() + k * fingers] = False
        return made

    def __len__(self) -> int:
        return sum(len(segment) for segment in self._segments)

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        """Append rows.

        Raises:
            TemplateUnreadable: a payload is damaged; the rows before it were added.
        """
        done = 0
        try:
            while done < len(payloads):
                last = self._with_room()
                upto = min(done + last.free, len(payloads))
                last.add(payloads[done:upto], positions[done:upto])
                done = upto
        finally:
            self._there.extend_to(len(self))

    def take(self, other: "FingerprintIndex", rows: Rows) -> None:
        """Append rows of another index, in this order."""
        first = len(self)
        for row in rows.tolist():
            segment, inside = other._at(row)
            self._with_room().take(segment, inside)
        self._there.extend_to(len(self))
        self._there.values[first:] = other._there.values[rows]

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the rows of this moment into a folder, beside searches and changes."""
        return partial(self._store, [segment.capture() for segment in self._segments])

    def wipe(self, row: int) -> None:
        """Overwrite a row so that nothing of the template remains; the other rows keep their numbers."""
        segment, inside = self._at(row)
        segment.wipe(inside)
        self._there.values[row] = False

    def search(
        self,
        payload: bytes,
        position: FingerPosition,
        allowed: Mask | None,
        limit: int,
        *,
        thorough: bool = False,
    ) -> tuple[Rows, Scores]:
        """Return the best ``limit`` rows that ``allowed`` admits (None: all), best first.

        A finger position known on both sides gets its fingers into full comparison sooner, but keeps
        no other finger out: hands are swapped and positions misread. A thorough search goes by what is
        to be seen alone.
        """
        return self.begin(payload, position, allowed, thorough=thorough)(limit)

    def begin(
        self, payload: bytes, position: FingerPosition, allowed: Mask | None, *, thorough: bool = False
    ) -> Listing:
        """Return a search that compares only further rows each time it is asked for more."""
        deserving: Callable[[int], Rows]
        if thorough:
            wanted = self._wanted(allowed)
            deserving = ThoroughList(self._segments, self._segment_fingers, payload, wanted).rows
        else:
            deserving = partial(self._short_list(payload, allowed).rows, position)
        return GrowingList(deserving, partial(self._compare, prepare(payload), any_turn=thorough)).best

    def score_rows(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        rows: Rows,
        *,
        thorough: bool = False,
    ) -> Scores:
        """Return the comparison score of each given row, on the scale of a ``search`` as thorough."""
        return self._compare(prepare(payload), rows, any_turn=thorough)

    def recall(self, allowed: Mask | None) -> float | None:  # noqa: ARG002
        """Return None: it is not measured in place, docs/fingerprint.md has what the first stage finds."""
        return None

    def short_list(self, payload: bytes, position: FingerPosition, allowed: Mask | None, limit: int) -> Rows:
        """Return the rows that deserve full comparison, at least ``limit`` of them if there are as many."""
        return self._short_list(payload, allowed).rows(position, limit)

    def _store(self, parts: Sequence[Callable[[Path], None]], folder: Path) -> None:
        for k, part in enumerate(parts):
            part(folder / _file(k))
        form = {
            "sketches": _sketch_form(self._limits),
            "segment_fingers": self._segment_fingers,
            "segments": len(parts),
        }
        (folder / _FORM).write_text(json.dumps(form), encoding="utf-8")

    def _with_room(self) -> Segment:
        if not self._segments or not self._segments[-1].free:
            self._segments.append(Segment(self._limits, self._segment_fingers))
        return self._segments[-1]

    def _short_list(self, payload: bytes, allowed: Mask | None) -> ShortList:
        wanted = self._wanted(allowed)
        return ShortList(self._segments, self._segment_fingers, payload, wanted, self._limits)

    def _compare(self, probe: Prepared, rows: Rows, *, any_turn: bool) -> Scores:
        scores = np.full(len(rows), NOTHING)
        places = [self._at(int(row)) for row in rows]
        there = [k for k, (segment, inside) in enumerate(places) if not segment.is_wiped(inside)]

        def compare(piece: int) -> None:
            some = there[piece * COMPARED_AT_ONCE : (piece + 1) * COMPARED_AT_ONCE]
            payloads = [segment.template(inside) for segment, inside in (places[k] for k in some)]
            scores[some] = score_many(probe, payloads, any_turn=any_turn)

        crew().do(compare, -(-len(there) // COMPARED_AT_ONCE))
        return scores

    def _wanted(self, allowed: Mask | None) -> Mask:
        there: Mask = self._there.values
        return there.copy() if allowed is None else there & allowed

    def _at(self, row: int) -> tuple[Segment, int]:
        return self._segments[row // self._segment_fingers], row % self._segment_fingers


def _file(segment: int) -> str:
    return f"segment-{segment:05d}"


def _sketch_form(limits: ScanParameters) -> list[float]:
    """What the sketches of a template depend on; the template's own form is its producer's affair."""
    return [WORDS, limits.most_cylinders, limits.lowest_quality, limits.fewest_cylinders]


def _read_form(folder: Path) -> dict[str, Any]:
    try:
        form = json.loads((folder / _FORM).read_text(encoding="utf-8"))
        return {name: form[name] for name in ("sketches", "segment_fingers", "segments")}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoredIndexUnusable("A stored index of fingers is damaged.") from problem
