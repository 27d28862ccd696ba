"""The layouts of test sets are read in the right order, and what cannot be read is said."""

from pathlib import Path

import pytest

from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.template import FingerPosition, Modality
from datasets.errors import DatasetUnreadable
from datasets.importing import list_people, stated_position
from datasets.protocols.folder_per_person import read_people
from datasets.protocols.fvc import read_database, read_databases
from datasets.protocols.lfw_pairs import photograph, read_pairs
from datasets.protocols.meds import read_mugshots


def _touch(directory: Path, *names: str) -> Path:
    for name in names:
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return directory


def test_folder_per_person_orders_by_number_and_leaves_out_what_is_no_image(tmp_path: Path) -> None:
    _touch(tmp_path, "b/p10.jpg", "b/p9.jpg", "b/notes.txt", "b/.hidden.jpg", "a/x.PNG", "empty/readme.md")
    people = read_people(tmp_path)
    assert [(person.name, [image.name for image in person.images]) for person in people] == [
        ("a", ["x.PNG"]),
        ("b", ["p9.jpg", "p10.jpg"]),
    ]


def test_folder_without_people_is_refused(tmp_path: Path) -> None:
    _touch(tmp_path, "readme.txt")
    with pytest.raises(DatasetUnreadable, match="folder per person"):
        read_people(tmp_path)


def test_pairs_list_gives_names_numbers_and_folds(tmp_path: Path) -> None:
    file = tmp_path / "pairs.txt"
    file.write_text("2\t1\nAnn\t1\t2\nAnn\t1\tBo\t3\nCy\t1\t4\nBo\t2\tCy\t1\n", encoding="utf-8")
    pairs = read_pairs(file)
    assert [(p.name_a, p.number_a, p.name_b, p.number_b, p.same_person, p.fold) for p in pairs] == [
        ("Ann", 1, "Ann", 2, True, 0),
        ("Ann", 1, "Bo", 3, False, 0),
        ("Cy", 1, "Cy", 4, True, 1),
        ("Bo", 2, "Cy", 1, False, 1),
    ]


@pytest.mark.parametrize("text", ["", "10\n", "Ann 1\n", "Ann one 2\n", "Ann 1 Bo 2 3\n"])
def test_damaged_pairs_list_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pairs.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetUnreadable):
        read_pairs(file)


def test_photograph_takes_another_format_when_there_is_no_jpg(tmp_path: Path) -> None:
    _touch(tmp_path, "Ann/Ann_0002.png")
    assert photograph(tmp_path, "Ann", 2).name == "Ann_0002.png"
    assert photograph(tmp_path, "Ann", 3).name == "Ann_0003.jpg"


def test_fvc_folders_are_databases_by_name(tmp_path: Path) -> None:
    databases = read_databases(_touch(tmp_path, "DB2_B/101_1.tif", "DB1_B/101_1.tif", "DB1_B/101_2.tif"))
    assert [(each.name, len(each.prints)) for each in databases] == [("DB1_B", 2), ("DB2_B", 1)]


def test_one_fvc_folder_is_a_database_of_its_own(tmp_path: Path) -> None:
    _touch(tmp_path, "2_1.png", "10_1.png", "2_2.png", "index.txt")
    prints = read_database(tmp_path).prints
    assert [(print_.finger, print_.impression) for print_ in prints] == [(2, 1), (2, 2), (10, 1)]


def test_mugshots_are_ordered_by_subject_encounter_and_record(tmp_path: Path) -> None:
    names = ["S006-03-t10_01.jpg", "S006-02-t10_02.jpg", "S006-02-t10_01.jpg", "S002-01-t10_01.jpg"]
    shots = read_mugshots(_touch(tmp_path, *names, "notes.jpg"))
    assert [shot.path.name for shot in shots] == sorted(names)


def test_import_makes_each_fvc_finger_a_person(tmp_path: Path) -> None:
    people = list(list_people(_touch(tmp_path, "DB1/1_1.png", "DB1/1_2.png", "DB2/1_1.png")))
    assert [(person.key, len(person.files)) for person in people] == [("DB1/1", 2), ("DB2/1", 1)]
    assert {file.modality for person in people for file in person.files} == {Modality.FINGER}


def test_import_tells_prints_from_photographs_in_a_persons_folder(tmp_path: Path) -> None:
    (person,) = list_people(_touch(tmp_path, "p1/front.jpg", "p1/right_thumb.png", "p1/left-index_2.wsq"))
    assert {(file.path.name, file.modality, file.position) for file in person.files} == {
        ("front.jpg", Modality.FACE, FingerPosition.UNKNOWN),
        ("right_thumb.png", Modality.FINGER, FingerPosition.RIGHT_THUMB),
        ("left-index_2.wsq", Modality.FINGER, FingerPosition.LEFT_INDEX),
    }


def test_import_knows_slaps_minutiae_records_and_what_is_known_of_a_person(tmp_path: Path) -> None:
    _touch(tmp_path, "p1/right_four.png", "p1/slap-left_thumb.png", "p1/f7.fmr", "p1/old.fmr", "p1/notes.txt")
    _touch(tmp_path, "p1/record.json", "p2/left_thumb.png", "p2/.hidden.fmr", "p3/notes.txt")
    first, second = list_people(tmp_path)
    assert {file.path.name: (file.slap, file.position) for file in first.files} == {
        "right_four.png": (SlapPosition.RIGHT_FOUR, FingerPosition.UNKNOWN),
        "slap-left_thumb.png": (SlapPosition.LEFT_THUMB, FingerPosition.UNKNOWN),
        "f7.fmr": (None, FingerPosition.LEFT_INDEX),
        "old.fmr": (None, FingerPosition.UNKNOWN),
    }
    assert {file.modality for file in first.files} == {Modality.FINGER}
    assert first.record == tmp_path / "p1" / "record.json"
    (thumb,) = second.files
    assert (thumb.slap, thumb.position, second.record) == (None, FingerPosition.LEFT_THUMB, None)


def test_import_groups_mugshots_by_subject(tmp_path: Path) -> None:
    people = list(
        list_people(_touch(tmp_path, "S002-01-t10_01.jpg", "S002-02-t10_01.jpg", "S003-01-t10_01.jpg"))
    )
    assert [(person.key, len(person.files)) for person in people] == [("S002", 2), ("S003", 1)]


def test_import_says_which_layouts_are_possible(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="101_1"):
        list_people(_touch(tmp_path, "holiday.jpg"))


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("f7.png", FingerPosition.LEFT_INDEX),
        ("FINGER_10.wsq", FingerPosition.LEFT_LITTLE),
        ("subject-f02-1.png", FingerPosition.RIGHT_INDEX),
        ("f11.png", None),
        ("elf2.png", None),
        ("Aaron_Sorkin_0001.jpg", None),
    ],
)
def test_stated_position(name: str, position: FingerPosition | None) -> None:
    assert stated_position(name) is position
