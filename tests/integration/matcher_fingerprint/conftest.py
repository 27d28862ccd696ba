"""The same fingers of minutiae alone as the unit tests search, here enrolled as whole persons."""

import pytest

from biometrics.fingerprint.template import FingerprintTemplate
from datasets.synthetic.minutiae_distractors import distractors
from tests.unit.matcher_fingerprint.conftest import Impression, second_impression, seed_finger


@pytest.fixture(scope="session")
def fingers() -> list[FingerprintTemplate]:
    return list(distractors([seed_finger()], 60, seed=1))


@pytest.fixture(scope="session")
def impression() -> Impression:
    return second_impression
