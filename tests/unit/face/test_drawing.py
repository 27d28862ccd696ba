"""Thin lines on paper are a drawing; shades are not, nor large dark parts, nor a coloured ground."""

import cv2
import numpy as np
import pytest

from biometrics.face.drawing import is_drawn
from biometrics.face.parameters import FACE
from biometrics.image import Pixels


def _is_drawn(aligned: Pixels) -> bool:
    return is_drawn(aligned, FACE.alignment, FACE.drawing)


def _drawn(paper: tuple[int, int, int], ink: tuple[int, int, int] = (60, 60, 60)) -> Pixels:
    """A face in a few lines, about where an aligned one lies."""
    page = np.full((112, 112, 3), paper, np.uint8)
    for eye in ((38, 52), (73, 52)):
        cv2.ellipse(page, eye, (9, 5), 0, 0, 360, ink, 1)
        cv2.circle(page, eye, 2, ink, 1)
    cv2.line(page, (56, 55), (52, 74), ink, 1)
    cv2.line(page, (52, 74), (60, 75), ink, 1)
    cv2.ellipse(page, (56, 92), (15, 4), 0, 0, 360, ink, 1)
    return page


@pytest.mark.parametrize("paper", [(255, 255, 255), (205, 220, 230), (180, 180, 180)])
def test_lines_on_paper_of_any_light_tone(paper: tuple[int, int, int]) -> None:
    assert _is_drawn(_drawn(paper))


def test_pencil_on_tinted_paper_is_drawn_and_what_keeps_a_skin_s_colour_is_not() -> None:
    """Of a photograph with far too much light the dark parts are left, which are thin too."""
    assert _is_drawn(_drawn((205, 220, 240), (52, 56, 61)))
    assert not _is_drawn(_drawn((255, 255, 255), (70, 95, 150)))


def test_lines_on_a_coloured_ground_are_none() -> None:
    assert not _is_drawn(_drawn((60, 120, 230)))


def test_shades_are_none() -> None:
    rows, columns = np.mgrid[:112, :112]
    shaded = (120 + 60 * np.sin(rows / 17) * np.cos(columns / 23)).astype(np.uint8)
    assert not _is_drawn(np.dstack([shaded] * 3))


def test_large_dark_parts_on_white_are_none() -> None:
    page = np.full((112, 112, 3), 255, np.uint8)
    for eye in ((38, 52), (73, 52)):
        cv2.circle(page, eye, 9, (40, 40, 40), -1)
    assert not _is_drawn(page)


def test_a_blank_page_is_none() -> None:
    assert not _is_drawn(np.full((112, 112, 3), 255, np.uint8))
