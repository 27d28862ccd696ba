"""Minutiae that an examiner marked, or corrected, in the image of a mark: from a list to a template."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biometrics.errors import MinutiaeInvalid, TooFewMinutiae
from biometrics.fingerprint.foreign import BIFURCATION_SHARE
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import MARKS, PARAMETERS
from biometrics.fingerprint.producer import EXAMINER, mark_producer
from biometrics.fingerprint.resolution import check_size
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.standards.minutiae_record import MinutiaKind
from biometrics.template import FingerPosition, Modality, Template


@dataclass(frozen=True)
class ExaminedMinutia:
    """One minutia in the image as sent.

    Attributes:
        x, y: Pixels of that image, y down.
        angle_rad: Direction of the ridge, or of the furrow between a fork's arms, counter-clockwise.
        quality: How sure the examiner is, 0 to 1.
    """

    x: float
    y: float
    angle_rad: float
    kind: MinutiaKind
    quality: float


@dataclass(frozen=True)
class ExaminedMinutiae:
    """All minutiae of a mark, and the image they refer to."""

    width_px: int
    height_px: int
    dpi: float
    minutiae: tuple[ExaminedMinutia, ...]


def template_of(examined: ExaminedMinutiae, position: FingerPosition) -> tuple[Template, FingerprintTemplate]:
    """Return the template to search with, and its content.

    Raises:
        MinutiaeInvalid: a minutia lies outside the image, stands twice, or they spread wider than a finger.
        TooFewMinutiae: says how many are needed, or that they lie too far apart.
        ResolutionUnusable: at its resolution the image would be far larger than a hand.
    """
    _check(examined.minutiae, examined.width_px, examined.height_px)
    scale = PARAMETERS.resolution.working_dpi / examined.dpi
    columns = (
        [minutia.x * scale for minutia in examined.minutiae],
        [minutia.y * scale for minutia in examined.minutiae],
        [minutia.angle_rad % math.tau for minutia in examined.minutiae],
        [BIFURCATION_SHARE[minutia.kind] for minutia in examined.minutiae],
        [minutia.quality for minutia in examined.minutiae],
    )
    found = Minutiae(*(np.array(column, np.float32) for column in columns))
    spread = max(float(np.ptp(found.x)), float(np.ptp(found.y)))
    if spread > PARAMETERS.presence.largest_side_px:
        raise MinutiaeInvalid(
            "The minutiae spread wider than one finger. State the true resolution of the image.",
            spread_px=round(spread),
        )
    check_size(examined.width_px, examined.height_px, examined.dpi, PARAMETERS.resolution)
    width, height = round(examined.width_px * scale), round(examined.height_px * scale)
    fingerprint = FingerprintTemplate.from_minutiae(width, height, found)
    if int(fingerprint.cylinders.valid.sum()) < MARKS.fewest_in_company:
        raise TooFewMinutiae(
            f"The {len(found)} minutiae lie so far apart that nothing can be compared with them: mark more of"
            " those that lie between.",
            minutiae=len(found),
        )
    quality = Quality(round(min(len(found) / PARAMETERS.quality.good_minutiae, 1.0), 3), ())
    template = Template(Modality.FINGER, mark_producer(EXAMINER), fingerprint.to_bytes(), quality, position)
    return template, fingerprint


def as_examined(found: Minutiae, scale: float, width_px: int, height_px: int, dpi: float) -> ExaminedMinutiae:
    """Return what the network found as an examiner's first draft.

    Args:
        scale: Pixels of the image per pixel at 500 dpi.
    """
    rows = zip(found.x, found.y, found.angle_rad, found.bifurcation, found.quality, strict=True)
    minutiae = tuple(
        ExaminedMinutia(
            round(min(float(x) * scale, width_px - 1.0), 2),
            round(min(float(y) * scale, height_px - 1.0), 2),
            round(float(angle), 4),
            MinutiaKind.BIFURCATION if fork > BIFURCATION_SHARE[MinutiaKind.OTHER] else MinutiaKind.ENDING,
            round(float(quality), 3),
        )
        for x, y, angle, fork, quality in rows
    )
    return ExaminedMinutiae(width_px, height_px, dpi, minutiae)


def _check(minutiae: Sequence[ExaminedMinutia], width_px: int, height_px: int) -> None:
    if len(minutiae) < MARKS.fewest:
        raise TooFewMinutiae(
            f"There are {len(minutiae)} minutiae; at least {MARKS.fewest} are needed to search.",
            minutiae=len(minutiae),
            needed=MARKS.fewest,
        )
    for number, minutia in enumerate(minutiae, start=1):
        if not (0 <= minutia.x < width_px and 0 <= minutia.y < height_px):
            raise MinutiaeInvalid(
                f"Minutia {number} at ({minutia.x:g}, {minutia.y:g}) lies outside the image of {width_px} x"
                f" {height_px} pixels. State x, y, width_px and height_px in pixels of the same image.",
                minutia=number,
            )
    places = [(minutia.x, minutia.y, minutia.angle_rad) for minutia in minutiae]
    if len(set(places)) < len(places):
        raise MinutiaeInvalid("Two minutiae are the same. Send each once.")
