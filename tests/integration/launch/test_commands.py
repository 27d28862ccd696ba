"""The commands that talk to the service: enrol, identify, verify, batch, import and the demonstration."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from biometrics.fingerprint.exported import record_of
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import ImageLimits, decode_image
from biometrics.standards.minutiae_files import write_record
from biometrics.standards.minutiae_record import RecordFormat
from biometrics.template import FingerPosition, Impression
from core.settings import Settings
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger
from datasets.synthetic.slaps import slap
from datasets.synthetic.videos import Scene, Walker, write_video
from nishan.client import ServiceClient
from nishan.commands.import_folder import training_record
from nishan.credentials import Credentials
from nishan.demonstration import load_demonstration
from nishan.running_service import RunningService
from tests.integration.video import conftest as portraits


# others enrol the same few portraits in the shared service, and would be found here as duplicates
@pytest.fixture(scope="module")
def service(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    own = RunningService.start(tmp_path_factory.mktemp("commands"), models_ready)
    yield own
    own.stop()


CASE = ("--purpose", "training", "--case", "T-1")


def _nishan(service: RunningService, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "nishan.cli", *arguments],
        env=service.environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _answer(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def enrolled(service: RunningService) -> dict[str, Any]:
    """Somebody enrolled from the command line with a photograph and a thumb."""
    thumb = service.data_dir / "thumb.png"
    cv2.imwrite(str(thumb), finger(501, FingerPosition.RIGHT_THUMB, 0))
    face = ("--face", str(portrait("astronaut")))
    done = _nishan(
        service,
        "enrol",
        "--name",
        "Command line",
        *face,
        "--finger",
        f"1={thumb}",
        "--reference",
        "cl-1",
        "--json",
    )
    answer: dict[str, Any] = _answer(done)
    return answer


def test_an_enrolment_waits_for_its_end_and_repeats_harmlessly(
    service: RunningService, enrolled: dict[str, Any]
) -> None:
    assert enrolled["status"] == "complete"
    assert len(enrolled["person_number"]) == 10
    again = _nishan(
        service, "enrol", "--name", "Other", "--reference", "cl-1", "--face", str(portrait("biden"))
    )
    assert again.returncode == 1
    assert "reference" in again.stderr


def test_identify_by_another_impression_and_by_the_photograph(
    service: RunningService, enrolled: dict[str, Any], tmp_path: Path
) -> None:
    probe = tmp_path / "probe.png"
    cv2.imwrite(str(probe), finger(501, FingerPosition.RIGHT_THUMB, 1))
    by_print = _answer(_nishan(service, "identify", *CASE, "--finger", f"0={probe}", "--json"))
    assert by_print["candidates"][0]["person"]["number"] == enrolled["person_number"]
    shown = _nishan(service, "identify", *CASE, "--face", str(portrait("astronaut")))
    assert enrolled["person_number"] in shown.stdout


def test_verify_with_a_person_and_with_a_file(service: RunningService, enrolled: dict[str, Any]) -> None:
    face = ("--face", str(portrait("astronaut")))
    number = enrolled["person_number"]
    same = _answer(_nishan(service, "verify", *CASE, *face, "--person", number, "--json"))
    other = _answer(
        _nishan(service, "verify", *CASE, *face, "--other-face", str(portrait("biden")), "--json")
    )
    assert same["false_match_rate"] < 1e-4 < other["false_match_rate"]
    neither = _nishan(service, "verify", *CASE, *face)
    assert neither.returncode == 1
    assert "--person" in neither.stderr


def test_a_refused_file_is_one_sentence_with_the_code_of_the_service(
    service: RunningService, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no picture at all")
    done = _nishan(service, "identify", *CASE, "--face", str(tmp_path / "text.jpg"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] not in ("request_refused", "")


def test_a_folder_runs_as_a_batch(service: RunningService, enrolled: dict[str, Any], tmp_path: Path) -> None:
    probes = tmp_path / "probes"
    probes.mkdir()
    shutil.copy(portrait("astronaut"), probes / "first.png")
    shutil.copy(portrait("biden"), probes / "second.jpg")
    out = tmp_path / "results.csv"
    (probes / "list.csv").write_text("file,modality\nfirst.png,face\nsecond.jpg,face\n", encoding="utf-8")
    listed = _answer(_nishan(service, "batch", str(probes / "list.csv"), *CASE, "--json"))
    (probes / "list.csv").unlink()
    target = ("--target-fpir", "30", "--out", str(out))
    batch = _answer(_nishan(service, "batch", str(probes), *CASE, *target, "--json"))
    assert (listed["items_total"], listed["items_done"], batch["items_total"]) == (2, 2, 2)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert any(enrolled["person_number"] in row.values() for row in rows)
    assert {row["target_fpir"] for row in rows} == {"30"}


def test_a_folder_of_people_and_one_of_prints_are_imported_once(
    service: RunningService, tmp_path: Path
) -> None:
    people = tmp_path / "people"
    for name, pictures in {"first": ("obama", "obama2"), "second": ("biden",)}.items():
        (people / name).mkdir(parents=True)
        for picture in pictures:
            shutil.copy(portrait(picture), people / name)
    prints = tmp_path / "prints"
    prints.mkdir()
    for number in (1, 2):
        for impression in (1, 2):
            picture = finger(600 + number, FingerPosition.RIGHT_INDEX, impression)
            cv2.imwrite(str(prints / f"{number}_{impression}.png"), picture)
    for folder in (people, prints, people):
        imported = _answer(_nishan(service, "import", str(folder), "--json"))
        assert (imported["people"], imported["complete"]) == (2, 2)


def test_slaps_and_records_of_another_system_are_imported_with_what_is_known(
    service: RunningService, tmp_path: Path
) -> None:
    folder = tmp_path / "people" / "somebody"
    folder.mkdir(parents=True)
    hand = slap(703, SlapKind.FOUR_FINGERS, Hand.RIGHT, frozenset({FingerPosition.RIGHT_RING}))
    (folder / "right_four.png").write_bytes(encode_png(hand.pixels))
    (folder / "left_thumb.fmr").write_bytes(_foreign_record(finger(703, FingerPosition.LEFT_THUMB, 0)))
    record = training_record("Known by a record", "29")
    record["captures"] = {"slap_right_four": {"missing": [int(FingerPosition.RIGHT_RING)]}}
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    imported = _answer(_nishan(service, "import", str(folder.parent), "--json"))
    assert imported["complete"] == 1, imported
    number = imported["outcome"][0]["person_number"]
    thumb = tmp_path / "thumb.png"
    cv2.imwrite(str(thumb), finger(703, FingerPosition.LEFT_THUMB, 1))
    index = tmp_path / "index.png"
    cv2.imwrite(str(index), finger(703, FingerPosition.RIGHT_INDEX, 1))
    for given in (f"6={thumb}", f"2={index}"):
        found = _answer(_nishan(service, "identify", *CASE, "--finger", given, "--json"))
        first = found["candidates"][0]["person"]
        assert (first["number"], first["display_name"]) == (number, "Known by a record")


def _foreign_record(image: Any) -> bytes:
    """A print as another system writes it."""
    made = FingerprintExtractor.open(Settings().minutiae_network).extract(
        decode_image(encode_png(image), ImageLimits()), dpi=500
    )
    content = FingerprintTemplate.from_bytes(made.template.payload)
    record = record_of(
        content,
        RecordFormat.ANSI_2004,
        position=FingerPosition.LEFT_THUMB,
        impression=Impression.PLAIN,
        quality=made.template.quality,
    )
    return write_record(record)


def test_a_folder_without_images_is_one_sentence(service: RunningService, tmp_path: Path) -> None:
    done = _nishan(service, "import", str(tmp_path))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_demonstration_is_loaded_once_and_again_without_doubles(service: RunningService) -> None:
    account = service.accounts["supervisor"]
    client = ServiceClient(Credentials(service.base_url, account["username"], account["password"]))
    seen: list[tuple[int, int]] = []
    first = load_demonstration(client, 2, lambda done, total: seen.append((done, total)))
    numbers = _demonstration_numbers(client)
    assert sum(first.values()) == seen[-1][0] == seen[-1][1]
    assert set(first) == {"complete"}
    load_demonstration(client, 2, lambda done, total: None)
    assert _demonstration_numbers(client) == numbers
    client.close()


def _demonstration_numbers(client: ServiceClient) -> list[str]:
    page = client.get("/v1/persons?text=Training+subject&limit=100")
    return sorted(person["number"] for person in page["items"])


def test_a_video_lists_its_faces_and_searches_them(
    service: RunningService, enrolled: dict[str, Any], tmp_path: Path
) -> None:
    walker = Walker(portraits.picture("astronaut"), ((0.3, 0.5), (0.7, 0.5)), (370, 380))
    clip = write_video(Scene([walker], seconds=1.5), tmp_path / "clip.avi")
    seen = _answer(_nishan(service, "video", *CASE, str(clip), "--search", "--json"))
    assert [track["number"] for track in seen["tracks"]] == [1]
    (found,) = seen["found"]
    assert found["search"]["candidates"][0]["person"]["number"] == enrolled["person_number"]
    listed = _nishan(service, "video", *CASE, str(clip))
    assert (listed.returncode, "Add --search" in listed.stdout) == (0, True)
    clip.write_bytes(b"RIFF" + bytes(4) + b"AVI " + bytes(500))
    broken = _nishan(service, "video", *CASE, str(clip))
    assert broken.returncode == 1
    assert "convert it to MP4" in broken.stdout
