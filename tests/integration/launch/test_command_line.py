"""Commands fail in one sentence, or in one JSON object, and with an exit code that tells why."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from biometrics.template import FingerPosition, Modality
from datasets.importing import ListedPerson, SampleFile
from nishan.errors import ArgumentInvalid, FileUnreadable
from nishan.folder_import import _files
from nishan.probe_files import named_files, needed, slap_captures


def _nishan(*arguments: str, data_dir: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/bin:/bin", "NISHAN_DATA_DIR": str(data_dir), **settings}
    return subprocess.run(
        [sys.executable, "-m", "nishan.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def test_no_service_is_one_sentence_and_exit_code_3(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"-")
    arguments = ("identify", "--purpose", "training", "--case", "1", "--face", str(photo))
    done = _nishan(*arguments, data_dir=tmp_path)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "nishan up" in done.stderr
    as_json = _nishan(*arguments, "--json", data_dir=tmp_path)
    assert as_json.returncode == 3
    assert json.loads(as_json.stdout)["code"] == "service_not_running"


def test_a_wrong_setting_names_itself(tmp_path: Path) -> None:
    done = _nishan("up", data_dir=tmp_path, NISHAN_PORT="99999")
    assert done.returncode == 1
    assert "NISHAN_PORT" in done.stderr
    assert done.stderr.count("\n") == 1


def test_prints_are_named_by_finger(tmp_path: Path) -> None:
    picture = tmp_path / "thumb.png"
    picture.write_bytes(b"-")
    assert [part for part, _, _ in named_files(picture, [f"1={picture}", f"10={picture}"])] == [
        "face",
        "finger_1",
        "finger_10",
    ]
    assert named_files(picture, None, prefix="other_")[0][0] == "other_face"
    slaps = named_files(None, None, [f"right_four={picture}", f"two_thumbs={picture}"])
    assert [part for part, _, _ in slaps] == ["slap_right_four", "slap_two_thumbs"]
    assert slap_captures(slaps, [4, 1]) == {
        "slap_right_four": {"missing": [4]},
        "slap_two_thumbs": {"missing": [1]},
    }
    with pytest.raises(ArgumentInvalid):
        slap_captures(slaps, [9])
    with pytest.raises(ArgumentInvalid):
        named_files(None, None, [f"right={picture}"])


@pytest.mark.parametrize("given", ["thumb.png", "11=thumb.png", "x=thumb.png", "1=", ""])
def test_a_print_without_a_finger_is_refused(given: str) -> None:
    with pytest.raises(ArgumentInvalid, match="--finger 1="):
        named_files(None, [given])


def test_a_missing_file_and_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"nobody\.jpg"):
        named_files(tmp_path / "nobody.jpg", None)
    with pytest.raises(ArgumentInvalid, match="--face"):
        needed([])


def test_an_imported_person_gives_one_photo_and_each_finger_once() -> None:
    thumb, unknown = FingerPosition.RIGHT_THUMB, FingerPosition.UNKNOWN
    samples = [
        SampleFile(Path("a.jpg"), Modality.FACE),
        SampleFile(Path("b.jpg"), Modality.FACE),
        SampleFile(Path("t1.png"), Modality.FINGER, thumb),
        SampleFile(Path("t2.png"), Modality.FINGER, thumb),
        *(SampleFile(Path(f"{number}.png"), Modality.FINGER, unknown) for number in range(12)),
    ]
    person = ListedPerson("somebody", tuple(samples))
    parts = [part for part, _, _ in _files(person.files)]
    assert parts == ["face", "finger_1", "finger_0"]
