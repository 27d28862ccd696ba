"""Reads from the committed result files what one item costs; whoever measures anew changes the plan."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
COSTS = "scale_item_costs.json"
FACE_SEARCH = "scale_face_search.json"
FINGER_SEARCH = "scale_finger_search.json"
FINGER_IDENTIFICATION = "fingerprint_identification_fvc2002_100k.json"
FACE_EXTRACTION = "speed_face_extraction.json"
FINGER_EXTRACTION = "speed_fingerprint_extraction.json"
BACKUP = "speed_backup.json"


@dataclass(frozen=True)
class Prices:
    """What one item costs on one core of the machine that it was measured on.

    Attributes:
        face_bytes, finger_bytes: In memory, tags and ids included.
        person_row_bytes: All rows of a person with two faces and ten fingers, indexes included.
        portrait_bytes, print_bytes: An image as captured.
        faces_per_second, fingers_per_second: Compared in a search.
        face_ms, finger_ms: Extraction.
        faces_rebuilt, fingers_rebuilt: References a second from the database to a gallery.
        faces_restored, fingers_restored: The same from a snapshot.
        people_backed_up, people_brought_back: A second, by `nishan backup` and `nishan restore`.
        sources: The result files by name.
    """

    face_bytes: float
    finger_bytes: float
    person_row_bytes: float
    portrait_bytes: float
    print_bytes: float
    faces_per_second: float
    fingers_per_second: float
    face_ms: float
    finger_ms: float
    faces_rebuilt: float
    fingers_rebuilt: float
    faces_restored: float
    fingers_restored: float
    people_backed_up: float
    people_brought_back: float
    sources: tuple[str, ...]


def prices() -> Prices:
    """Return the prices of the result files as they are now."""
    costs = _metrics(COSTS)
    face, finger, read = costs["face"], costs["finger"], costs["references_read_per_second"]
    faces_per_second, face_file = _faces_per_second(face)
    fingers_per_second, finger_file = _fingers_per_second()
    side = _metrics(FACE_EXTRACTION)["side_640"]
    return Prices(
        face_bytes=_held(face),
        finger_bytes=_held(finger),
        person_row_bytes=_person_rows(costs),
        portrait_bytes=costs["portrait_bytes"],
        print_bytes=costs["print_bytes"],
        faces_per_second=faces_per_second,
        fingers_per_second=fingers_per_second,
        face_ms=side["ours_ms_without_decoding"] + side["decode_ms"],
        finger_ms=_metrics(FINGER_EXTRACTION)["forms"]["extraction"]["cpu_ms"],
        faces_rebuilt=1 / (1 / read + 1 / face["prepared_per_second"]),
        fingers_rebuilt=1 / (1 / read + 1 / finger["prepared_per_second"]),
        faces_restored=face["snapshot_restored_per_second"],
        fingers_restored=finger["snapshot_restored_per_second"],
        people_backed_up=_metrics(BACKUP)["backup"]["people_per_second"],
        people_brought_back=_metrics(BACKUP)["restore"]["people_per_second"],
        sources=tuple(
            dict.fromkeys((COSTS, face_file, finger_file, FACE_EXTRACTION, FINGER_EXTRACTION, BACKUP))
        ),
    )


def _held(weighed: dict[str, float]) -> float:
    """Return the larger of what memory grew by, which misses memory used again, and what the files hold."""
    return max(weighed["memory_bytes"], weighed["snapshot_bytes"])


def _person_rows(costs: dict[str, Any]) -> float:
    rows, templates = costs["row_bytes"], costs["template_row_bytes"]
    own = sum(rows[table] for table in ("persons", "person_names", "encounters"))
    samples = 12 * (rows["samples"] + rows["gallery_changes"])
    return float(own + samples + 2 * templates["face"] + 10 * templates["finger"])


def _faces_per_second(weighed: dict[str, float]) -> tuple[float, str]:
    """Return the speed in the largest gallery that was measured, and where it stands."""
    if not (RESULTS / FACE_SEARCH).exists():
        return weighed["searched_per_core_second"], COSTS
    size, measured = _largest(FACE_SEARCH)
    return size * float(measured["searches_per_core_second"]), FACE_SEARCH


def _fingers_per_second() -> tuple[float, str]:
    """Return the same of fingers."""
    if not (RESULTS / FINGER_SEARCH).exists():
        return float(_metrics(FINGER_IDENTIFICATION)["searched_per_core_second"]), FINGER_IDENTIFICATION
    return float(_largest(FINGER_SEARCH)[1]["searched_per_core_second"]), FINGER_SEARCH


def _largest(name: str) -> tuple[int, dict[str, Any]]:
    by_size = _metrics(name)
    largest = max((size for size in by_size if size.isdigit()), key=int)
    return int(largest), by_size[largest]


@cache
def _metrics(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / name).read_text(encoding="utf-8"))["metrics"]
    return found
