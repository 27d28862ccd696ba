"""What a template is: the words every modality shares (modality, finger position, impression, producer)."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from biometrics.quality import Quality


class Modality(StrEnum):
    """Which part of the body a sample shows."""

    FACE = "face"
    FINGER = "finger"


class FingerPosition(IntEnum):
    """Finger position codes of ANSI/NIST-ITL and ISO/IEC 19794-2 (0 is unknown)."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class Impression(StrEnum):
    """How a fingerprint was taken. A latent is a mark lifted from a scene."""

    PLAIN = "plain"
    ROLLED = "rolled"
    LATENT = "latent"


@dataclass(frozen=True)
class Template:
    """What is extracted from one sample, ready to be stored and compared.

    Attributes:
        modality: Face or finger.
        producer: Name, version and parameter hash of what made it. Templates of different
            producers are compared only where false-match rates were measured for that.
        payload: The extractor's own binary form; only the package of its modality reads it.
        quality: How useful the sample is for comparison, with reasons.
        position: The finger, UNKNOWN for faces and for prints of an unstated finger.
    """

    modality: Modality
    producer: str
    payload: bytes
    quality: Quality
    position: FingerPosition = FingerPosition.UNKNOWN
