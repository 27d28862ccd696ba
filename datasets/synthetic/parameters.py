"""All constants of the synthetic fingerprints; lengths are pixels at 500 dpi unless said otherwise."""

from dataclasses import dataclass

from biometrics.template import FingerPosition


@dataclass(frozen=True)
class MasterParameters:
    """How a finger's ridge pattern is made.

    The orientation field follows Sherlock and Monro (1993) with a smooth form of Vizcaya and Gerhardt's
    correction (1996); the growth of ridges by repeated oriented filtering follows SFinGe (Cappelli, 2009).
    """

    width: int = 400
    height: int = 520
    core_x: float = 200.0
    core_y: float = 235.0
    period_mean: float = 9.0  # centre of the 8 to 10 px of adults at 500 dpi
    period_spread: float = 0.4  # between fingers, standard deviation
    period_waviness: float = 0.06  # within a finger, relative standard deviation
    period_tip: float = -0.05  # relative change from the base of the print to its tip
    periods: tuple[float, ...] = (7.0, 7.6, 8.2, 8.8, 9.4, 10.0, 10.6, 11.2)  # of the filter table
    orientations: int = 60  # of the filter table, 3 degrees apart
    along: float = 0.40  # filter's standard deviation along the ridge, in periods
    across: float = 0.42  # and across it
    seed_spacing: float = 14.0  # mean distance of the spots that ridges grow from
    growth_rounds: int = 12  # at half resolution; more rounds heal away minutiae
    finish_rounds: int = 2  # at full resolution
    gain: float = 2.2  # of each round before saturation: a full pattern saturates, noise dies
    field_waviness_rad: float = 0.085
    field_waviness_scale: float = 55.0


@dataclass(frozen=True)
class ImpressionParameters:
    """How a finger meets a sensor; spreads are standard deviations.

    Displacement by drag and twist grows from the middle of the contact to its rim, after Cappelli, Maio
    and Maltoni's skin distortion model (2001). Sizes were set against the prints of FVC2002 set B.
    """

    width: int = 320
    height: int = 400
    grid: int = 8  # displacements are worked out on every eighth pixel
    shift_x: float = 12.0
    shift_y: float = 15.0
    rotation_rad: float = 0.15  # 9 degrees: people aim roughly straight
    aim_x: float = 16.0  # which part of the finger touches
    aim_y: float = 22.0
    partial_share: float = 0.06  # of the impressions show only part of the finger
    partial_aim: float = 55.0
    drag: float = 6.0
    twist_rad: float = 0.05
    elastic: float = 2.4
    elastic_scale: float = 55.0
    still_radius: float = 0.35  # inside this share of the contact the skin sticks to the glass
    half_width: float = 122.0
    half_height: float = 168.0
    area_spread: float = 0.09
    moisture: float = 0.22
    softness: float = 0.17  # of the step from valley to ridge, in units of ridge height


@dataclass(frozen=True)
class SkinParameters:
    """Details of the finger beside its ridges; depths are in units of ridge height (a ridge is 1)."""

    roughness: float = 0.22
    roughness_scale: float = 1.6
    crest: float = 0.9  # ridge height above which a pore may lie
    pores_per_crest_pixel: float = 0.010
    pore_radius: float = 1.1
    pore_depth: float = 1.3
    creases: float = 1.6  # mean number per finger
    crease_length: float = 90.0
    crease_depth: float = 2.2


@dataclass(frozen=True)
class InkParameters:
    """How ridge height becomes contact; levels are in units of ridge height."""

    patches: float = 0.16  # uneven pressure and moisture
    patch_scale: float = 34.0
    grain: tuple[float, float] = (0.15, 0.6)
    rim_start: float = 0.72
    rim_loss: float = 2.4
    fraying: float = 0.03
    fraying_scale: float = 14.0


MASTER = MasterParameters()
SKIN = SkinParameters()
INK = InkParameters()
IMPRESSION = ImpressionParameters()

# Shares of (plain arch, tented arch, ulnar loop, radial loop, whorl, double loop) per finger, rounded from
# the frequencies Galton and later Henry-class counts agree on: index fingers have most arches and radial
# loops, thumbs and ring fingers most whorls, little fingers mostly ulnar loops.
PATTERN_SHARES: dict[str, tuple[float, ...]] = {
    "THUMB": (0.03, 0.01, 0.55, 0.01, 0.30, 0.10),
    "INDEX": (0.08, 0.06, 0.36, 0.19, 0.26, 0.05),
    "MIDDLE": (0.06, 0.04, 0.70, 0.02, 0.14, 0.04),
    "RING": (0.02, 0.01, 0.54, 0.01, 0.37, 0.05),
    "LITTLE": (0.01, 0.01, 0.81, 0.01, 0.13, 0.03),
    "UNKNOWN": (0.04, 0.03, 0.61, 0.04, 0.22, 0.06),
}

# Size of the contact area against an index finger's.
FINGER_SIZE: dict[str, float] = {
    "THUMB": 1.12,
    "INDEX": 1.0,
    "MIDDLE": 1.02,
    "RING": 0.97,
    "LITTLE": 0.86,
    "UNKNOWN": 1.0,
}


def finger_name(position: FingerPosition) -> str:
    """Return the finger's name without its hand: THUMB, INDEX, MIDDLE, RING, LITTLE or UNKNOWN."""
    return position.name.rsplit("_", 1)[-1]
