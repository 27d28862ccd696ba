"""A few composed slaps for the whole session: growing fingers is the slow part."""

import numpy as np
import pytest

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import finger
from datasets.synthetic.slaps import ComposedSlap, compose, positions

PEOPLE = {Hand.RIGHT: 11, Hand.LEFT: 12}


def composed(hand: Hand, *missing: FingerPosition) -> ComposedSlap:
    """A four-finger slap of one of two invented people."""
    present = [each for each in positions(SlapKind.FOUR_FINGERS, hand) if each not in missing]
    prints = {each: finger(PEOPLE[hand], each, 0) for each in present}
    return compose(np.random.default_rng(PEOPLE[hand]), SlapKind.FOUR_FINGERS, hand, prints, straighten=True)


@pytest.fixture(scope="session")
def right_hand() -> ComposedSlap:
    return composed(Hand.RIGHT)


@pytest.fixture(scope="session")
def left_hand() -> ComposedSlap:
    return composed(Hand.LEFT)
