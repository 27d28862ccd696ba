"""What is kept of a slap and of the fingers cut out of it: what was stated, what was found, and where."""

from dataclasses import dataclass
from uuid import UUID

from biometrics.fingerprint.slaps.geometry import RotatedBox
from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.template import FingerPosition


@dataclass(frozen=True)
class SlapFinding:
    """What segmentation said of a slap as a whole.

    Attributes:
        hand_confidence: How well the arrangement agrees with the stated hand, 0 to 1.
        hand_contradicted: It is very likely the other hand.
        not_found: Fingers that should be there and are not seen.
        unusable: Fingers that are seen but too poor to be compared.
        unexplained: Fingertips beyond those expected.
    """

    width_px: int
    height_px: int
    hand_confidence: float
    hand_contradicted: bool
    not_found: tuple[FingerPosition, ...]
    unusable: tuple[FingerPosition, ...]
    unexplained: int


@dataclass(frozen=True)
class Slap:
    """What was stated of a slap when it was sent, and what was found since.

    Attributes:
        missing: Fingers that cannot be there (amputated, bandaged).
        hand_checked: A person has looked and says that the stated hand is right.
        finding: None until the slap was taken apart.
    """

    position: SlapPosition
    missing: tuple[FingerPosition, ...] = ()
    hand_checked: bool = False
    finding: SlapFinding | None = None


@dataclass(frozen=True)
class SlapCut:
    """Where in a slap the finger of a sample lay.

    Attributes:
        slap_id: Sample of the slap.
        box: In pixels of the slap.
        ridged: Share of the print with clear ridges: how sure it is that a finger was cut out.
        at_edge: Whether the image's edge cuts the print.
    """

    slap_id: UUID
    box: RotatedBox
    ridged: float
    at_edge: bool
