"""Which templates may be compared, and whose false-match rates then hold."""

from biometrics.fingerprint import producer as fingerprint
from biometrics.template import Modality


def comparable(modality: Modality, a: str, b: str) -> bool:
    """Whether templates of producers ``a`` and ``b`` may be compared.

    One producer's always; beyond that only prints of which one is a mark or has minutiae from another system.
    """
    return a == b or (modality is Modality.FINGER and fingerprint.comparable(a, b))


def calibrated_as(modality: Modality, a: str, b: str) -> str:
    """Return the producer under which the false-match rates of comparing ``a`` with ``b`` were measured."""
    return fingerprint.calibrated_as(a, b) if modality is Modality.FINGER else a


def needs_thoroughness(modality: Modality, a: str, b: str) -> bool:
    """Whether templates of ``a`` and ``b`` may lie turned by any angle and share little: one is a mark."""
    return modality is Modality.FINGER and (fingerprint.is_mark(a) or fingerprint.is_mark(b))
