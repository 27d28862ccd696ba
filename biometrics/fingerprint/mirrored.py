"""Flips a stored template as if its image had been mirrored left to right."""

import math
from dataclasses import replace

from biometrics.fingerprint.template import FingerprintTemplate


def mirrored(payload: bytes) -> bytes:
    """Return the template of the mirrored print.

    A minutia at x comes to lie at width - x and points the other way across the upright axis; the
    cylinders, which tell left from right, are built anew. The ridges are left out: several flipped
    prints of one person are told by their minutiae alone.

    Raises:
        TemplateUnreadable: the bytes are damaged.
    """
    template = FingerprintTemplate.from_bytes(payload)
    kept = template.minutiae
    flipped = replace(kept, x=template.width - kept.x, angle_rad=(math.pi - kept.angle_rad) % (2 * math.pi))
    return FingerprintTemplate.from_minutiae(template.width, template.height, flipped).to_bytes()
