"""A rate says whose it is: the setting chooses among a file's populations, and every answer names them."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from biometrics.template import FingerPosition, Modality
from core.settings import settings
from matcher.calibration import Calibration, calibration_for, calibrations_to_json, read_calibrations
from matcher.errors import CalibrationInvalid
from matcher.populations import MIXED, MUGSHOTS, in_words, own_gallery, statement, together
from matcher.search import identify
from matcher.verify import verify
from tests.unit.matcher.plain_index import PRODUCERS, new_gallery, reference, template, vector

LINE = Calibration("p", "made up", 1000, ((0.0, 0.0), (1.0, -4.0)), -4.0, population=MUGSHOTS)
SHIPPED = (Path(str(files("matcher.face"))) / "calibration.json").read_text(encoding="utf-8")


def _with(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    chosen = settings().model_copy(update=changes)
    monkeypatch.setattr("matcher.calibration.settings", lambda: chosen)
    calibration_for.cache_clear()


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    calibration_for.cache_clear()


def test_a_file_holds_several_populations_of_one_producer() -> None:
    both = (LINE, replace(LINE, population=MIXED, comparisons=7))
    assert read_calibrations(calibrations_to_json(both)) == both
    assert read_calibrations(LINE.to_json()) == (LINE,)
    with pytest.raises(CalibrationInvalid):
        read_calibrations('{"producer": "p", "populations": []}')


@pytest.mark.parametrize("population", [MUGSHOTS, MIXED])
def test_the_setting_chooses_among_those_that_are_shipped(
    population: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with(monkeypatch, face_population=population)
    shipped = read_calibrations(SHIPPED)
    assert calibration_for(Modality.FACE, shipped[0].producer).population == population


def test_press_photographs_are_stated_rarer_than_police_photographs() -> None:
    by_name = {each.population: each for each in read_calibrations(SHIPPED)}
    for score in (0.25, 0.35, 0.45):
        cautious, mixed = (by_name[name].false_match_rate(score) for name in (MUGSHOTS, MIXED))
        assert mixed < cautious / 2


def test_an_own_file_without_the_population_that_is_set_gives_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "calibrations").mkdir()
    (tmp_path / "calibrations" / "own.json").write_text(replace(LINE, population="").to_json())
    _with(monkeypatch, models_dir=tmp_path, face_population=MIXED)
    found = calibration_for(Modality.FACE, "p")
    assert found.population == ""
    assert in_words(found.population) == "the people that the calibration file in use was fitted on"


def test_searches_and_verifications_of_faces_name_the_population_and_those_of_prints_none() -> None:
    thumb = FingerPosition.RIGHT_THUMB
    named = replace(LINE, producer=PRODUCERS[Modality.FACE], population=MIXED)
    gallery = new_gallery([reference(1, 1, vector(1)), reference(2, 2, vector(2), position=thumb)])
    gallery.calibrations = lambda _modality, _producer: named
    assert identify(gallery, [template(vector(1))]).face_population == MIXED
    assert identify(gallery, [template(vector(2), thumb)]).face_population is None
    face = [template(vector(1))]
    assert verify(face, face, lambda _modality, _producer: named).face_population == MIXED


def test_names_are_said_in_words() -> None:
    assert together([]) is None
    assert together([MIXED, MIXED]) == MIXED
    both = together([own_gallery(3), MIXED])
    assert both is not None
    assert "this gallery itself (calibration 3)" in statement(both)
    assert "press photographs" in statement(both)
