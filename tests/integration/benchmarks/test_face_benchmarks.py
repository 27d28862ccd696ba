"""The face benchmarks from a folder to a result file and a report, on public-domain portraits."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks import report
from benchmarks.accuracy.face_identification import split
from benchmarks.face_samples import LabelledPhotograph, read_photographs
from benchmarks.progress import SilentProgress
from benchmarks.run import about, load, main, names, run_one
from biometrics.face.extractor import FaceExtractor
from biometrics.face.population import Population, population_of
from datasets.catalog import portrait
from matcher.calibration import read_calibrations
from models.registry import model

TREE = {"A": ["obama", "obama2", "obama3"], "B": ["biden"], "C": ["astronaut"]}


@pytest.fixture(scope="module")
def people(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder per person in the layout of LFW; one photograph shows no face."""
    root = tmp_path_factory.mktemp("people")
    for name, portraits in TREE.items():
        (root / name).mkdir()
        for number, each in enumerate(portraits, 1):
            file = portrait(each)
            shutil.copy(file, root / name / f"{name}_{number:04d}{file.suffix}")
    (root / "B" / "B_0002.jpg").write_bytes(b"no image at all")
    return root


def _run(name: str, people: Path, out: Path, *more: str) -> dict[str, object]:
    given = ["--data", str(people), "--processes", "1", "--json", str(out), *more]
    assert run_one(load(name), given, SilentProgress()) == 0
    result: dict[str, object] = json.loads(out.read_text())
    return result


def test_photographs_with_too_much_light_and_drawings_of_them(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "drawings.json"
    assert (
        run_one(load("accuracy/face_drawings"), ["--data", str(people), "--json", str(out)], SilentProgress())
        == 0
    )
    result = json.loads(out.read_text())
    assert result["counts"]["photographs"] == 3
    told = result["metrics"]
    in_colour = [name for name in told["photographs_refused"] if not name.endswith("_grey")]
    assert {told["photographs_refused"][name] for name in in_colour} == {0.0}
    assert told["drawings_noticed"]["pencil"] == told["drawings_noticed"]["pencil_scanned"] == 1.0


def test_all_pairs_of_a_folder(people: Path, tmp_path: Path) -> None:
    result = _run("accuracy/face_verification", people, tmp_path / "result.json")
    counts, measured = result["counts"], result["metrics"]
    assert isinstance(counts, dict)
    assert isinstance(measured, dict)
    assert (counts["people"], counts["genuine"], counts["impostor"]) == (3, 4, 11)
    assert measured["failures_to_extract"] == 1
    assert measured["tmr_at_fmr_1e3"] == 0.75  # the pair with the file that is no image never matches
    assert {"accuracy", "eer"} <= set(measured)
    assert result["benchmark"] == "accuracy/face_verification"
    assert {"commit", "date", "machine", "models", "data", "protocol", "time"} <= set(result)
    assert isinstance(result["models"], dict)
    assert set(result["models"]) == {"yunet", "sface"}


def test_a_pairs_list(people: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.txt"
    pairs.write_text(
        "2\t2\nA\t1\t2\nA\t2\t3\nA\t1\tB\t1\nB\t1\tC\t1\nA\t1\t3\nA\t2\t3\nA\t2\tC\t1\nA\t3\tB\t1\n"
    )
    result = _run("accuracy/face_verification", people, tmp_path / "result.json", "--pairs", str(pairs))
    measured = result["metrics"]
    assert isinstance(measured, dict)
    assert measured["accuracy"] == 1.0
    assert measured["failures_to_extract"] == 0


def test_a_pairs_list_of_other_photographs(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("1\nA\t1\t2\nA\t1\tZ\t1\n")
    result = _run("accuracy/face_verification", people, tmp_path / "result.json", "--pairs", str(pairs))
    assert result["failures"] == {"file_missing": 1}
    pairs.write_text("1\nX\t1\t2\nX\t1\tZ\t1\n")
    given = ["--data", str(people), "--pairs", str(pairs)]
    assert run_one(load("accuracy/face_verification"), given, SilentProgress()) == 1
    assert "X/X_0001.jpg" in capsys.readouterr().err


def test_identification_and_report(people: Path, tmp_path: Path) -> None:
    result = _run("accuracy/face_identification", people, tmp_path / "people.json")
    measured = result["metrics"]
    assert isinstance(measured, dict)
    assert (measured["gallery"], measured["probes"], measured["failures_to_extract"]) == (3, 3, 1)
    assert measured["rank1"] == pytest.approx(2 / 3)
    assert measured["fnir_at_fpir_1e2"] == pytest.approx(1 / 3)
    assert report.main([str(tmp_path / "people.json"), "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "cmc.png").read_bytes()[:4] == b"\x89PNG"
    assert "| people | `rank1` | 0.66667 |" in (tmp_path / "report" / "table.md").read_text()


def test_mugshots_are_split_by_encounter(tmp_path: Path) -> None:
    for name in ("S1-02-t10_01.jpg", "S1-01-t10_01.jpg", "S1-01-t10_02.jpg", "S2-01-t10_01.jpg"):
        (tmp_path / name).write_bytes(b"x")
    photographs = read_photographs(tmp_path)
    gallery, probes = split(photographs)
    assert [photographs[place].path.name for place in gallery] == ["S1-01-t10_01.jpg", "S2-01-t10_01.jpg"]
    assert [photographs[place].path.name for place in probes] == ["S1-02-t10_01.jpg"]
    assert photographs[0] == LabelledPhotograph("S1", tmp_path / "S1-01-t10_01.jpg", 1)


def test_every_benchmark_file_is_found_and_says_what_it_answers() -> None:
    assert {"accuracy/face_verification", "accuracy/face_identification", "calibration/face"} <= set(names())
    for name in names():
        assert about(name).endswith((".", "?"))


def test_an_unknown_name_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accuracy/nothing"]) == 2
    assert "accuracy/face_verification" in capsys.readouterr().out


def test_a_folder_without_images_ends_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmark = load("accuracy/face_verification")
    assert run_one(benchmark, ["--data", str(tmp_path)], SilentProgress()) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_what_all_faces_share_is_measured_as_extraction_reads_it(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "population.json"
    result = _run("calibration/face_population", people, tmp_path / "result.json", "--out", str(out))
    population = Population.from_json(out.read_text())
    assert population.embedder == model("sface").producer
    assert population.source.startswith("5 photographs of 3 people")
    shipped = population_of(population.embedder)
    assert shipped is not None
    # few people, but already leaning the way that six hundred do
    alike = population.mean @ shipped.mean / np.linalg.norm(population.mean) / np.linalg.norm(shipped.mean)
    assert alike > 0.2
    assert isinstance(result["metrics"], dict)
    assert result["metrics"]["failures_to_extract"] == 1


def _invented(root: Path, people: int, alike: float, kept: Path, producer: str, seed: int) -> Path:
    """Write a tree of photographs that are none, and the embeddings that a run before would have kept."""
    random = np.random.default_rng(seed)
    vectors = []
    for person in range(people):
        (root / f"P{person:03d}").mkdir(parents=True)
        own = random.normal(size=128)
        for number in (1, 2):
            (root / f"P{person:03d}" / f"P{person:03d}_{number:04d}.jpg").write_bytes(b"none")
            vectors.append(own + 1.5 * random.normal(size=128) + alike * np.eye(128)[0])
    units = np.array(vectors) / np.linalg.norm(vectors, axis=1, keepdims=True)
    length = np.ones(len(units))
    kept.mkdir(exist_ok=True)
    np.savez(
        kept / f"{root.name}-{producer}.npz", vectors=units.astype(np.float32), lengths=length, quality=length
    )
    return root


@pytest.fixture(scope="module")
def invented(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name many people, some more alike, and the embeddings kept of them."""
    place, producer = tmp_path_factory.mktemp("invented"), FaceExtractor.open().producer
    many = _invented(place / "many", 60, 0.0, place / "kept", producer, 1)
    few = _invented(place / "few", 25, 6.0, place / "kept", producer, 2)
    return ["--data", str(many), "--alike", str(few), "--kept", str(place / "kept")]


def test_a_calibration_is_fitted_to_people_more_alike(invented: list[str], tmp_path: Path) -> None:
    out = tmp_path / "calibration.json"
    given = [*invented, "--out", str(out), "--json", str(tmp_path / "result.json")]
    assert run_one(load("calibration/face"), given, SilentProgress()) == 0
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["counts"]["impostor"] == 60 * 59 // 2 * 4
    assert result["metrics"]["alike_mean"] > result["metrics"]["mean"] + 0.03
    calibration, mixed = read_calibrations(out.read_text())
    assert (calibration.population, mixed.population) == ("mugshots", "mixed")
    assert mixed.false_match_rate(0.3) < calibration.false_match_rate(0.3)
    low, high = calibration.interval(0.3) or (0.0, 0.0)
    assert low < calibration.false_match_rate(0.3) < high


def test_stated_rates_are_judged_on_people_they_were_not_fitted_on(
    invented: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.accuracy.face_calibration.SPLITS", 4)
    monkeypatch.setattr("benchmarks.accuracy.face_calibration.DRAWS", 5)
    monkeypatch.setattr("benchmarks.own_gallery_checks.INVENTED_PEOPLE", 500)
    given = [*invented, "--json", str(tmp_path / "invented.json")]
    assert run_one(load("accuracy/face_calibration"), given, SilentProgress()) == 0
    measured = json.loads((tmp_path / "invented.json").read_text())["metrics"]
    judged = measured["observed_over_stated"]
    at_one_in_a_hundred = {name: each["1e-02"] for name, each in judged.items() if each}
    assert 0.4 < at_one_in_a_hundred["press_by_mixed"]["mean"] < 1.6
    assert 0.4 < at_one_in_a_hundred["mugshots_by_mugshots_each_couple_left_out"]["mean"] < 1.6
    assert at_one_in_a_hundred["mugshots_by_mixed"]["mean"] > 1.6
    assert 0.7 < measured["invented_by_own_gallery"]["1e-03"]["mean"] < 1.4
    assert report.main([str(tmp_path / "invented.json"), "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "calibration.png").exists()


def test_folders_are_reported_on_as_groups(invented: list[str], tmp_path: Path) -> None:
    _, many, _, few, *kept = invented
    given = ["--data", many, few, *kept, "--json", str(tmp_path / "groups.json")]
    assert run_one(load("accuracy/face_groups"), given, SilentProgress()) == 0
    measured = json.loads((tmp_path / "groups.json").read_text())["metrics"]["stated_1e-01"]
    assert measured["few"]["comparisons"] == 25 * 24 // 2
    assert measured["few"]["rate"] > measured["many"]["rate"]
    assert report.main([str(tmp_path / "groups.json"), "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "groups.png").exists()
