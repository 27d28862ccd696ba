"""Ridge phase: what is stored redraws the ridges, and blank ground has none."""

import math

import numpy as np

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.ridge_phase import RidgePhase, measure_phase
from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.prepared import prepare
from matcher.fingerprint.ridges import STEP, ridges_of
from tests.unit.fingerprint.test_template import random_minutiae

PERIOD_PX = 8.4


def wave(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rings around a point outside the print, so that direction changes and the phase is known."""
    return 2 * math.pi / PERIOD_PX * np.hypot(x + 300, y - 90)


def rings() -> RidgePhase:
    y, x = np.mgrid[:290, :251].astype(np.float64)
    print_ = np.hypot(x - 125, y - 145) < 110
    grey = np.where(print_, 128 + 90 * np.cos(wave(x, y)), 235).astype(np.uint8)
    return measure_phase(grey, 40, 70, PARAMETERS.phase, PARAMETERS.segmentation)


def test_the_ridges_can_be_redrawn_between_the_nodes() -> None:
    template = FingerprintTemplate.from_minutiae(400, 400, random_minutiae(20, 1), PARAMETERS, rings())
    found = ridges_of(prepare(template.to_bytes()).ridges)
    rows, columns = np.nonzero(found.clarity > 0.6)
    assert len(rows) > 150
    for gap_x, gap_y in ((0, 0), (5, -5), (-6, 2)):
        x, y = found.left + STEP * columns + gap_x, found.top + STEP * rows + gap_y
        along = gap_x * np.cos(found.normal) + gap_y * np.sin(found.normal)
        drawn = (found.phase + found.number * along)[rows, columns]
        assert np.median(np.cos(drawn) * np.cos(wave(x - 40, y - 70))) > 0.35
        assert np.mean(np.abs(np.cos(drawn) - np.cos(wave(x - 40, y - 70)))) < 0.25


def test_period_and_direction_are_measured() -> None:
    template = FingerprintTemplate.from_minutiae(400, 400, random_minutiae(20, 1), PARAMETERS, rings())
    found = ridges_of(prepare(template.to_bytes()).ridges)
    rows, columns = np.nonzero(found.clarity > 0.6)
    period = 2 * math.pi / found.number[rows, columns]
    assert np.abs(np.median(period) - PERIOD_PX) < 0.3
    x, y = found.left + STEP * columns - 40, found.top + STEP * rows - 70
    turn = found.normal[rows, columns] - np.arctan2(y - 90, x + 300)
    assert np.quantile(np.abs(np.sin(turn)), 0.9) < 0.05


def test_blank_ground_has_no_nodes() -> None:
    phase = rings()
    rows, columns = np.nonzero(phase.shown)
    x, y = phase.left + STEP * columns - 40, phase.top + STEP * rows - 70
    assert np.hypot(x - 125, y - 145).max() < 120
    assert len(phase.waves) == phase.shown.sum()


def test_the_stored_form_keeps_the_codes() -> None:
    template = FingerprintTemplate.from_minutiae(400, 400, random_minutiae(9, 2), PARAMETERS, rings())
    data = template.to_bytes()
    back = FingerprintTemplate.from_bytes(data)
    assert back.to_bytes() == data
    assert (back.phase.shown == template.phase.shown).all()
    assert (back.phase.waves == template.phase.waves).all()
    assert (back.phase.left, back.phase.top) == (template.phase.left, template.phase.top)
