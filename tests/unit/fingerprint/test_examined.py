"""An examiner's minutiae: brought to 500 dpi as a mark's template, refused where they fit no image."""

import math
from dataclasses import replace

import numpy as np
import pytest

from biometrics.errors import MinutiaeInvalid, ResolutionUnusable, TooFewMinutiae
from biometrics.fingerprint.examined import ExaminedMinutia, ExaminedMinutiae, as_examined, template_of
from biometrics.fingerprint.producer import is_mark
from biometrics.standards.minutiae_record import MinutiaKind
from biometrics.template import FingerPosition

ENDING, FORK = MinutiaKind.ENDING, MinutiaKind.BIFURCATION
MARK = ExaminedMinutiae(
    800,
    600,
    1000.0,
    (
        ExaminedMinutia(200, 100, 1.0, ENDING, 0.9),
        ExaminedMinutia(300, 220, -0.5, FORK, 0.6),
        ExaminedMinutia(320, 140, 4.0, ENDING, 0.9),
    ),
)


def test_pixels_of_the_image_become_pixels_at_500_dpi() -> None:
    template, fingerprint = template_of(MARK, FingerPosition.LEFT_THUMB)
    assert is_mark(template.producer)
    assert template.position is FingerPosition.LEFT_THUMB
    assert (fingerprint.width, fingerprint.height) == (400, 300)
    assert sorted(fingerprint.minutiae.x) == [100, 150, 160]
    least_sure = fingerprint.minutiae.angle_rad[-1]
    assert abs(least_sure - (math.tau - 0.5)) < 1e-4


def test_a_first_draft_comes_back_as_it_was_found() -> None:
    _, fingerprint = template_of(MARK, FingerPosition.UNKNOWN)
    draft = as_examined(fingerprint.minutiae, 2.0, 800, 600, 1000.0)
    _, again = template_of(draft, FingerPosition.UNKNOWN)
    np.testing.assert_allclose(again.minutiae.x, fingerprint.minutiae.x, atol=0.01)
    np.testing.assert_allclose(again.minutiae.angle_rad, fingerprint.minutiae.angle_rad, atol=1e-3)
    assert [each.kind for each in draft.minutiae] == [ENDING, ENDING, FORK]


@pytest.mark.parametrize(
    ("minutiae", "error", "words"),
    [
        (MARK.minutiae[:2], TooFewMinutiae, "at least 3"),
        (
            (*MARK.minutiae, replace(MARK.minutiae[0], x=800.0)),
            MinutiaeInvalid,
            "Minutia 4 .* outside the image",
        ),
        ((*MARK.minutiae, MARK.minutiae[1]), MinutiaeInvalid, "are the same"),
    ],
    ids=["two", "outside", "twice"],
)
def test_what_contradicts_the_image_is_refused(
    minutiae: tuple[ExaminedMinutia, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        template_of(replace(MARK, minutiae=minutiae), FingerPosition.UNKNOWN)


def test_a_wrong_resolution_is_noticed_where_a_finger_would_be_too_large() -> None:
    wide = replace(
        MARK, width_px=4000, dpi=200.0, minutiae=(*MARK.minutiae, replace(MARK.minutiae[0], x=3900))
    )
    with pytest.raises(MinutiaeInvalid, match="wider than one finger"):
        template_of(wide, FingerPosition.UNKNOWN)


@pytest.mark.parametrize(("side_px", "dpi"), [(20_000, 150.0), (9_000, 500.0)])
def test_an_image_larger_than_any_mark_is_refused_rather_than_squeezed(side_px: int, dpi: float) -> None:
    shift = side_px - 1_000
    far = tuple(replace(minutia, x=minutia.x + shift) for minutia in MARK.minutiae)
    with pytest.raises(ResolutionUnusable, match="would measure"):
        template_of(replace(MARK, width_px=side_px, dpi=dpi, minutiae=far), FingerPosition.UNKNOWN)


def test_minutiae_that_could_match_nothing_are_refused() -> None:
    scattered = (MARK.minutiae[0], replace(MARK.minutiae[1], x=500.0), replace(MARK.minutiae[2], y=580.0))
    with pytest.raises(TooFewMinutiae, match="so far apart"):
        template_of(replace(MARK, minutiae=scattered), FingerPosition.UNKNOWN)
