"""From our template to a minutiae record that other systems read."""

import math

from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.standards.minutiae_record import (
    IMPRESSION_CODES,
    ImageGeometry,
    MinutiaeRecord,
    MinutiaKind,
    RecordFormat,
    RecordMinutia,
    RecordView,
)
from biometrics.template import FingerPosition, Impression

PER_CM = 197  # what 500 dpi is written as
OTHER_IMPRESSION = 28
ANSI_WITHOUT_LATENTS = (RecordFormat.ANSI_2009, RecordFormat.ANSI_2009_AM1)
MORE_LIKELY = 0.5


def record_of(
    fingerprint: FingerprintTemplate,
    target: RecordFormat,
    *,
    position: FingerPosition = FingerPosition.UNKNOWN,
    impression: Impression = Impression.PLAIN,
    quality: Quality | None = None,
) -> MinutiaeRecord:
    """Return a record with one view, at 500 dpi, best minutiae first.

    The vendor is left unstated: this project has no registered number.
    """
    code = IMPRESSION_CODES[impression]
    if impression is Impression.LATENT and target in ANSI_WITHOUT_LATENTS:
        code = OTHER_IMPRESSION
    view = RecordView(
        position=position,
        number=0,
        impression_code=code,
        quality=None if quality is None else quality.value,
        geometry=ImageGeometry(fingerprint.width, fingerprint.height, PER_CM, PER_CM),
        minutiae=_minutiae(fingerprint),
        endings_on_ridges=True,
    )
    return MinutiaeRecord(target, (view,))


def _minutiae(fingerprint: FingerprintTemplate) -> tuple[RecordMinutia, ...]:
    found = fingerprint.minutiae
    columns = (found.x, found.y, found.angle_rad, found.bifurcation, found.quality)
    return tuple(
        RecordMinutia(x, y, angle % math.tau, _kind(bifurcation), min(max(quality, 0.0), 1.0))
        for x, y, angle, bifurcation, quality in zip(
            *(column.astype(float).tolist() for column in columns), strict=True
        )
    )


def _kind(bifurcation: float) -> MinutiaKind:
    return MinutiaKind.BIFURCATION if bifurcation > MORE_LIKELY else MinutiaKind.ENDING
