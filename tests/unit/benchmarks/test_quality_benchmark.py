"""Faults done to prints, the fit of quality's weights, and the curve of error versus reject."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.error_versus_reject import SHARES, Genuine, area, best_order, curve, fnmr_after
from benchmarks.print_degradations import KINDS, degrade, draw_fault
from benchmarks.quality_fit import fit, predict
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.ridges import RidgeMap, measure_ridges


def waves() -> NDArray[np.uint8]:
    """Ridges nine pixels apart on white, as a disc."""
    y, x = np.indices((300, 300))
    wave = 128 - 110 * np.cos(2 * np.pi * x / 9)
    inside = np.hypot(x - 150, y - 150) < 130
    return np.where(inside, wave, 255).astype(np.uint8)


def ridges_after(kind: str, strength: float) -> RidgeMap:
    damaged = degrade(waves(), kind, strength, np.random.default_rng(2))
    return measure_ridges(damaged, PARAMETERS.ridges)


@pytest.mark.parametrize("kind", KINDS)
def test_a_strong_fault_leaves_less_than_a_slight_one_and_than_none(kind: str) -> None:
    def left(map_: RidgeMap) -> float:
        return float((map_.clarity * map_.contrast)[map_.ridged].sum())

    whole = left(measure_ridges(waves(), PARAMETERS.ridges))
    slight, strong = left(ridges_after(kind, 0.0)), left(ridges_after(kind, 1.0))
    assert strong < slight < 1.05 * whole
    assert strong < 0.8 * whole


def test_wet_is_darker_and_dry_is_lighter() -> None:
    random = np.random.default_rng(2)
    assert degrade(waves(), "wet", 1, random).mean() < waves().mean() - 10
    assert degrade(waves(), "dry", 1, random).mean() > waves().mean() + 10


def test_a_fault_is_the_same_again_and_other_prints_get_others() -> None:
    kind, strength, random = draw_fault(5, seed=7)
    again = draw_fault(5, seed=7)
    assert (kind, strength) == again[:2]
    assert (degrade(waves(), kind, strength, random) == degrade(waves(), kind, strength, again[2])).all()
    assert len({draw_fault(place, 7)[0] for place in range(6)}) == len(KINDS)
    assert draw_fault(5, seed=8)[1] != strength


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    random = np.random.default_rng(3)
    shares = -random.exponential(0.5, (4000, 2))
    chance = predict(np.array([2.0, 1.0, 4.0]), shares)
    taken = np.full(4000, 7.0)
    fitted = fit(shares, taken, random.binomial(7, chance).astype(float))
    assert fitted == pytest.approx([2.0, 1.0, 4.0], abs=0.35)


def test_a_measure_that_would_lower_the_value_gets_no_weight() -> None:
    random = np.random.default_rng(3)
    shares = -random.exponential(0.5, (2000, 2))
    reached = random.binomial(7, predict(np.array([1.0, 2.0, -1.0]), shares)).astype(float)
    fitted = fit(shares, np.full(2000, 7.0), reached)
    assert fitted[2] == 0
    assert fitted[1] > 1


def test_rejecting_the_prints_that_miss_leaves_no_error_and_equal_prints_change_nothing() -> None:
    first, second = np.triu_indices(40, 1)
    bad = np.arange(40) < 4
    pairs = Genuine(first, second, bad[first] | bad[second])
    quality = np.where(bad, 0.0, 1.0)
    assert fnmr_after(pairs, quality, 0.0) == pytest.approx(pairs.missed.mean())
    assert fnmr_after(pairs, quality, 0.1) == 0
    assert fnmr_after(pairs, best_order(pairs, 40), 0.1) == 0
    assert fnmr_after(pairs, np.ones(40), 0.1) == pytest.approx(pairs.missed.mean(), abs=0.05)
    falling = curve(pairs, quality)
    assert area(falling) < area(curve(pairs, -quality))
    assert area([0.2] * len(SHARES)) == pytest.approx(0.2)
