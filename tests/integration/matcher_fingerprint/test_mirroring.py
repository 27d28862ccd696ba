"""Mirrored prints of a whole person are noticed in searches and comparisons, and nobody else's are."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from biometrics.fingerprint.mirrored import mirrored
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Reference
from matcher.gallery import Gallery
from matcher.mirroring import identify_either_way, verify_either_way
from tests.unit.matcher_fingerprint.conftest import Impression

FINGERS = range(1, 11)
LINE = Calibration("made", "made up", 10**6, ((-9.0, 0.0), (-4.0, -1.0), (0.0, -4.0), (10.0, -9.0)), -9.0)


def calibrations(modality: Modality, producer: str) -> Calibration:
    return LINE


def print_of(payload: bytes, position: int) -> Template:
    return Template(Modality.FINGER, "made", payload, Quality(0.9 - position / 100), FingerPosition(position))


@pytest.fixture(scope="module")
def people(fingers: list[FingerprintTemplate]) -> list[list[FingerprintTemplate]]:
    """Four people of ten fingers; what remains of the fingers belongs to nobody enrolled."""
    return [fingers[10 * person : 10 * person + 10] for person in range(4)]


@pytest.fixture(scope="module")
def gallery(people: list[list[FingerprintTemplate]]) -> Gallery:
    filled = Gallery(calibrations=calibrations)
    filled.load(
        [
            Reference(
                10 * person + position,
                UUID(int=person + 1),
                Modality.FINGER,
                "made",
                FingerPosition(position),
                own[position - 1].to_bytes(),
            )
            for person, own in enumerate(people)
            for position in FINGERS
        ],
        1,
    )
    return filled


def again(own: Sequence[FingerprintTemplate], impression: Impression) -> list[Template]:
    return [print_of(impression(own[position - 1], position).to_bytes(), position) for position in FINGERS]


def flipped(probe: Sequence[Template]) -> list[Template]:
    return [print_of(mirrored(item.payload), int(item.position)) for item in probe]


def test_mirrored_prints_of_an_enrolled_person_are_noticed(
    gallery: Gallery, people: list[list[FingerprintTemplate]], impression: Impression
) -> None:
    found = identify_either_way(gallery, flipped(again(people[2], impression)))
    assert len(found.mirrored) == 3
    assert all(candidate.expected_strangers > 0.1 for candidate in found.candidates)


def test_nobody_is_called_mirrored_who_is_found_or_not_enrolled(
    gallery: Gallery,
    people: list[list[FingerprintTemplate]],
    fingers: list[FingerprintTemplate],
    impression: Impression,
) -> None:
    probe = again(people[2], impression)
    assert identify_either_way(gallery, probe).candidates[0].subject == UUID(int=3)
    assert identify_either_way(gallery, probe).mirrored == ()
    assert identify_either_way(gallery, again(fingers[40:50], impression)).mirrored == ()
    one = flipped(probe)[:1]
    assert identify_either_way(gallery, one).mirrored == ()


def test_a_comparison_with_one_person_notices_mirrored_prints(
    people: list[list[FingerprintTemplate]], impression: Impression
) -> None:
    enrolled = [print_of(own.to_bytes(), position) for position, own in enumerate(people[0], start=1)]
    probe = again(people[0], impression)[:4]
    assert verify_either_way(flipped(probe), enrolled, calibrations).mirrored == (0, 1, 2, 3)
    assert verify_either_way(probe, enrolled, calibrations).mirrored == ()
    assert verify_either_way(again(people[1], impression)[:4], enrolled, calibrations).mirrored == ()
