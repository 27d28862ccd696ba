"""A gallery of prints answers as brute force does: fingers fused, positions preferred, swaps found."""

from functools import lru_cache
from pathlib import Path
from uuid import UUID

import pytest

from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import ImageLimits, decode_image
from biometrics.template import FingerPosition, Modality, Template
from datasets.synthetic.fingerprints import encode_png, finger
from matcher.calibration import Calibration
from matcher.candidates import Reference
from matcher.gallery import Gallery
from matcher.search import identify
from tests.contract.brute_force import rank

PEOPLE, FINGERS = range(5), (2, 3, 7)
LINE = Calibration("contract", "made up", 10**6, ((-8.0, 0.0), (0.0, -3.0), (10.0, -9.0)), -9.0)


def calibrations(modality: Modality, producer: str) -> Calibration:
    return LINE


@pytest.fixture(scope="module")
def extractor(models_ready: Path) -> FingerprintExtractor:
    return FingerprintExtractor.open()


@lru_cache(maxsize=64)
def extracted(extractor: FingerprintExtractor, person: int, position: int, impression: int) -> Template:
    image = decode_image(encode_png(finger(person, FingerPosition(position), impression)), ImageLimits())
    return extractor.extract(image, position=FingerPosition(position)).template


@pytest.fixture(scope="module")
def references(extractor: FingerprintExtractor) -> list[Reference]:
    places = [(person, position) for person in PEOPLE for position in FINGERS]
    return [
        Reference(
            number,
            UUID(int=person + 1),
            Modality.FINGER,
            extractor.producer,
            FingerPosition(position),
            extracted(extractor, person, position, 0).payload,
        )
        for number, (person, position) in enumerate(places, start=1)
    ]


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({2: 2}, id="one finger"),
        pytest.param({2: 2, 3: 3, 7: 7}, id="three fingers"),
        pytest.param({2: 3, 3: 2}, id="two swapped"),
        pytest.param({7: 0}, id="unstated finger"),
        pytest.param({2: 8, 3: 3}, id="a finger nobody has enrolled"),
    ],
)
def test_fingers_are_ranked_as_by_brute_force(
    extractor: FingerprintExtractor, references: list[Reference], stated: dict[int, int]
) -> None:
    """``stated`` maps the finger that was pressed to the one that is stated."""
    gallery = Gallery(calibrations=calibrations)
    gallery.load(references, 1)
    pressed = [(extracted(extractor, 1, position, 1), position) for position in stated]
    probe = [
        Template(
            print_.modality,
            print_.producer,
            print_.payload,
            print_.quality,
            FingerPosition(stated[position]),
        )
        for print_, position in pressed
    ]
    found = identify(gallery, probe)
    truth = rank(references, probe, calibrations)
    assert found.candidates[0].subject == truth[0][0] == UUID(int=2)
    assert {candidate.subject for candidate in found.candidates} == {subject for subject, _ in truth}
    for candidate in found.candidates:
        assert candidate.false_match_rate == pytest.approx(dict(truth)[candidate.subject], rel=1e-3)
