"""A stored face index answers as the one it was taken from, holds nothing of wiped rows, and is checked."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from biometrics.template import FingerPosition
from matcher.errors import StoredIndexUnusable
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters

ANY = FingerPosition.UNKNOWN
DIMENSION, SEGMENT = 32, 1024
ROWS = 2 * SEGMENT + 100
SMALL = FaceIndexParameters(
    segment_values=DIMENSION * SEGMENT, training_vectors=2000, probes=200, deepest_share=0.5
)


def payloads(count: int, seed: int = 1) -> list[bytes]:
    values = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return [row.astype("<f4").tobytes() for row in values]


def filled() -> FaceIndex:
    index = FaceIndex(SMALL)
    index.add(payloads(ROWS), [ANY] * ROWS)
    index.settle()
    return index


def answers(index: FaceIndex) -> list[tuple[list[int], list[float]]]:
    found = [index.search(probe, ANY, None, 10) for probe in payloads(10, seed=2)]
    return [(rows.tolist(), scores.round(5).tolist()) for rows, scores in found]


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def folder_in(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def test_opened_again_it_answers_the_same_with_its_codes(tmp_path: Path) -> None:
    index = filled()
    index.wipe(5)
    index.wipe(ROWS - 1)
    index.capture()(tmp_path)
    again = FaceIndex.open(tmp_path, SMALL)
    again.settle()
    assert len(again) == ROWS
    assert answers(again) == answers(index)
    assert again.recall(None) == index.recall(None)
    assert [segment.codes is not None for segment in again._segments] == [True, True, False]
    again.add(payloads(3 * SEGMENT, seed=3), [ANY] * (3 * SEGMENT))
    again.settle()
    assert again.search(payloads(2, seed=3)[1], ANY, None, 1)[0].tolist() == [ROWS + 1]


def test_an_index_without_rows_is_stored_too(tmp_path: Path) -> None:
    FaceIndex(SMALL).capture()(tmp_path)
    assert len(FaceIndex.open(tmp_path, SMALL)) == 0


def test_files_hold_the_moment_of_capture_but_nothing_wiped_since(tmp_path: Path) -> None:
    index, made = filled(), payloads(ROWS)
    write = index.capture()
    index.add(payloads(50, seed=4), [ANY] * 50)
    for row in (3, SEGMENT + 3, ROWS - 2):
        index.wipe(row)
    write(tmp_path)
    stored = bytes_in(tmp_path)
    assert made[4] in stored
    for row in (3, SEGMENT + 3, ROWS - 2):
        assert made[row] not in stored
    again = FaceIndex.open(tmp_path, SMALL)
    assert len(again) == ROWS
    assert again.search(made[3], ANY, None, 1)[0].tolist() != [3]


def test_files_of_segments_that_did_not_change_are_shared(tmp_path: Path) -> None:
    index = filled()
    first, second = folder_in(tmp_path, "1"), folder_in(tmp_path, "2")
    index.capture()(first)
    index.wipe(SEGMENT + 7)
    index.capture()(second)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    shared = [name for name in names if (first / name).samefile(second / name)]
    assert shared == ["segment_0000.codes", "segment_0000.vectors", "segment_0000.wiped"]
    assert payloads(ROWS)[SEGMENT + 7] not in bytes_in(second)


def test_wiping_in_an_opened_index_lets_go_of_its_file(tmp_path: Path) -> None:
    filled().capture()(tmp_path)
    index = FaceIndex.open(tmp_path, SMALL)
    before = bytes_in(tmp_path)
    name = str(tmp_path / "segment_0000.vectors")
    assert name in Path("/proc/self/maps").read_text(encoding="utf-8")
    index.wipe(9)
    assert name not in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert index.score_rows(payloads(10)[9], ANY, np.array([9, 8]))[0] == 0.0
    assert index.search(payloads(10)[8], ANY, None, 1)[0].tolist() == [8]
    assert bytes_in(tmp_path) == before


def test_chosen_rows_move_to_another_index(tmp_path: Path) -> None:
    index, made = filled(), payloads(ROWS)
    other = FaceIndex(SMALL)
    other.take(index, np.array([ROWS - 1, 0, SEGMENT]))
    other.take(index, np.zeros(0, dtype=np.int64))
    assert len(other) == 3
    assert [other.search(made[row], ANY, None, 1)[0].tolist() for row in (ROWS - 1, 0, SEGMENT)] == [
        [0],
        [1],
        [2],
    ]


@pytest.mark.parametrize("damage", ["list", "missing", "short", "codes", "form", "parameters"])
def test_a_damaged_or_foreign_folder_is_refused(tmp_path: Path, damage: str) -> None:
    filled().capture()(tmp_path)
    told = tmp_path / "face_index.json"
    parameters = SMALL
    if damage == "list":
        told.write_text("{", encoding="utf-8")
    elif damage == "missing":
        (tmp_path / "segment_0001.wiped").unlink()
    elif damage == "short":
        (tmp_path / "segment_0001.vectors").write_bytes(b"\0" * 100)
    elif damage == "codes":
        (tmp_path / "segment_0000.codes").write_bytes(b"nothing of FAISS")
    elif damage == "form":
        told.write_text(json.dumps(json.loads(told.read_text()) | {"form": 99}), encoding="utf-8")
    else:
        parameters = replace(SMALL, values_per_code=4)
    with pytest.raises(StoredIndexUnusable):
        FaceIndex.open(tmp_path, parameters)
