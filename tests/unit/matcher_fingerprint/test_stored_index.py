"""A stored index of fingers is the same index again; what was wiped is in none of its files or arrays."""

import json
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Change, ChangeKind, Reference
from matcher.errors import StoredIndexUnusable
from matcher.fingerprint.index import FingerprintIndex
from matcher.gallery import Gallery
from tests.unit.matcher_fingerprint.conftest import Impression

SEGMENT = 16
LINE = Calibration("finger/1", "made up", 10**6, ((-8.0, 0.0), (0.0, -3.0), (10.0, -9.0)), -9.0)


@pytest.fixture
def index(fingers: list[FingerprintTemplate]) -> FingerprintIndex:
    filled = FingerprintIndex(segment_fingers=SEGMENT)
    filled.add(
        [finger.to_bytes() for finger in fingers], [FingerPosition(k % 11) for k in range(len(fingers))]
    )
    return filled


def store(index: FingerprintIndex, folder: Path) -> Path:
    folder.mkdir()
    index.capture()(folder)
    return folder


def holding(folder: Path, payload: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if payload in path.read_bytes()]


def assert_same(one: FingerprintIndex, other: FingerprintIndex, probe: bytes) -> None:
    assert len(one) == len(other)
    for thorough in (False, True):
        mine = one.search(probe, FingerPosition(3), None, 20, thorough=thorough)
        others = other.search(probe, FingerPosition(3), None, 20, thorough=thorough)
        assert mine[0].tolist() == others[0].tolist()
        assert mine[1].tolist() == others[1].tolist()


def test_it_answers_as_before_and_takes_more(
    tmp_path: Path, index: FingerprintIndex, fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    index.wipe(5)
    index.wipe(59)
    opened = FingerprintIndex.open(store(index, tmp_path / "1"))
    probe = impression(fingers[33], 1).to_bytes()
    assert_same(opened, index, probe)
    for each in (opened, index):
        each.add([finger.to_bytes() for finger in fingers[:20]], [FingerPosition.UNKNOWN] * 20)
        each.wipe(33)
        each.wipe(61)
    assert_same(opened, index, probe)
    assert_same(FingerprintIndex.open(store(opened, tmp_path / "2")), index, probe)


def test_a_captured_moment_is_written_whatever_comes_after(
    tmp_path: Path, index: FingerprintIndex, fingers: list[FingerprintTemplate]
) -> None:
    write = index.capture()
    index.add([finger.to_bytes() for finger in fingers[:30]], [FingerPosition.UNKNOWN] * 30)
    write(tmp_path)
    assert len(FingerprintIndex.open(tmp_path)) == 60


def test_files_of_unchanged_segments_are_not_written_again(
    tmp_path: Path, index: FingerprintIndex, fingers: list[FingerprintTemplate]
) -> None:
    first = store(index, tmp_path / "1")
    for again in (index, FingerprintIndex.open(first)):
        again.wipe(20)
        folder = store(again, tmp_path / f"of {id(again)}")
        shared = [(folder / name).samefile(first / name) for name in sorted(p.name for p in first.iterdir())]
        assert shared == [False, True, False, True, False]  # index.json, three full segments, one not full
        assert not holding(folder, fingers[20].to_bytes())


def test_nothing_of_a_wiped_finger_is_left_when_the_old_file_is_gone(
    tmp_path: Path, index: FingerprintIndex, fingers: list[FingerprintTemplate]
) -> None:
    first = store(index, tmp_path / "1")
    payload = fingers[20].to_bytes()
    assert holding(first, payload) == ["segment-00001"]
    opened = FingerprintIndex.open(first)
    opened.wipe(20)
    arrays = opened._segments[1]._arrays()
    assert not any(payload in array.tobytes() for array in arrays.values())
    assert str(first / "segment-00001") not in Path("/proc/self/maps").read_text()
    assert opened._segments[1].template(21 - SEGMENT) == fingers[21].to_bytes()


def test_rows_are_taken_over_with_their_gaps(
    index: FingerprintIndex, fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    index.wipe(40)
    taken = FingerprintIndex(segment_fingers=SEGMENT)
    taken.take(index, np.arange(30, 60))
    rows, scores = taken.search(impression(fingers[33], 1).to_bytes(), FingerPosition.UNKNOWN, None, 40)
    theirs, expected = index.search(
        impression(fingers[33], 1).to_bytes(), FingerPosition.UNKNOWN, np.arange(60) >= 30, 40
    )
    assert (rows + 30).tolist() == theirs.tolist()
    assert scores.tolist() == expected.tolist()


def test_another_version_is_refused(tmp_path: Path, index: FingerprintIndex) -> None:
    form = store(index, tmp_path / "1") / "index.json"
    changed = json.loads(form.read_text())
    changed["sketches"][1] += 1
    form.write_text(json.dumps(changed))
    with pytest.raises(StoredIndexUnusable):
        FingerprintIndex.open(tmp_path / "1")
    form.unlink()
    with pytest.raises(StoredIndexUnusable):
        FingerprintIndex.open(tmp_path / "1")


def test_a_gallery_of_faces_and_fingers_comes_back_from_its_files(
    tmp_path: Path, fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    def reference(number: int, payload: bytes, modality: Modality, position: int) -> Reference:
        producer, owner = f"{modality}/1", UUID(int=number // 2)
        return Reference(number, owner, modality, producer, FingerPosition(position), payload, {"state": 29})

    face = np.eye(40, dtype=np.float32)
    kept = [reference(n, face[n].tobytes(), Modality.FACE, 0) for n in range(40)]
    kept += [reference(100 + n, fingers[n].to_bytes(), Modality.FINGER, 1 + n % 10) for n in range(40)]
    stored = Gallery(calibrations=lambda _modality, _producer: LINE)
    stored.load(kept, 7)
    stored.apply([Change(8, ChangeKind.REMOVE, 105)])
    stored.capture().store(tmp_path)
    opened = Gallery(calibrations=lambda _modality, _producer: LINE)
    opened.restore(tmp_path)
    assert opened.statistics() == stored.statistics()
    for wanted in (101, 104, 117):
        print_ = impression(fingers[wanted - 100], 1).to_bytes()
        probe = [Template(Modality.FINGER, "finger/1", print_, Quality(1.0), FingerPosition.UNKNOWN)]
        found = opened.identify(probe)
        assert found == stored.identify(probe)
        assert found.candidates[0].subject == UUID(int=wanted // 2)
