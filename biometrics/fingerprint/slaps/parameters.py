"""Every constant of slap segmentation, with its source; lengths in pixels are at 500 dpi unless said."""

from dataclasses import dataclass, field

from biometrics.fingerprint.parameters import RidgeParameters
from biometrics.template import FingerPosition


@dataclass(frozen=True)
class RegionParameters:
    """How ridges become regions; set by eye on six NIST slaps (cards and live scan) and composed slaps."""

    largest_side_px: int = 2600  # the largest palm scanners have five inches; more is no slap at 500 dpi
    smallest_side_px: int = 160  # 8 mm, the width of a small child's finger
    smallest_range: int = 12  # grey levels between the darkest and the lightest pixel
    cell_px: int = 4  # masks are worked out at 125 dpi
    gradient_sigma: float = 0.6  # at 250 dpi
    average_sigma: float = 2.5  # at 250 dpi: half a ridge period, so that a crease stays open
    threshold: float = 0.24  # of the median gradient where ridges are clear
    closings: int = 1  # of 3 x 3 cells: bridges what is narrower than a crease
    opening_cells: int = 9  # radius: strokes of pens and captions are narrower than 3.6 mm
    small_hole_px: float = 2_000.0  # filled whatever its shape
    largest_hole_px: float = 30_000.0  # a filing hole of 6 mm has 11,000
    round_hole: float = 0.4  # area to squared length; a disc has 0.79, a crease 0.1
    smallest_radius_cells: float = 8.0  # of the circle inside a finger
    beyond_edge_cells: int = 24  # 5 mm of what the image's edge cuts off
    waist: float = 0.80  # of the circles' radius: narrower between two circles means two fingers
    smallest_area_px: float = 11_000.0  # 28 mm2
    ridged: float = 0.22  # share of a region's blocks that carry clear ridges; captions reach 0.2
    # what is as wide as a fingertip is no caption: faint and noisy prints have few clear ridges
    wide_radius_px: float = 75.0
    wide_ridged: float = 0.05
    smallest_ridged_px: float = 3_000.0


@dataclass(frozen=True)
class FingerParameters:
    """What of the regions is a fingertip."""

    # of the circle inside a region; beyond it is part of a palm
    largest_radius_px: float = 400.0  # the widest rolled thumb seen has 255
    largest_of_four_px: float = 250.0  # the widest finger beside others seen has 160
    steepest_rad: float = 0.87  # a finger leans less than 50 degrees
    elongated: float = 1.15  # length to width from which on a region's axis says something
    upright_px: float = 3_000.0  # weight of "the hand is upright" against area times excess elongation
    sure_axis: float = 1.45  # and is believed fully: the median fingertip
    column: float = 0.55  # of the upper region's width: what lies below is the same finger's next joint
    tip_share: float = 0.30  # of the lower region's area: less is dirt above a fingertip
    trimmed: float = 0.004  # share of a region's cells ignored at each side of its box
    longest: float = 1.95  # times the width: a longer print runs on into the next joint


@dataclass(frozen=True)
class ArrangementParameters:
    """Where the fingertips of a right hand lie, in millimetres: x towards the little finger, y down.

    Gaps are the means of four NIST slaps (320, 335, 355 px); heights are theirs after turning the hand
    upright. Spreads are wide, because hands differ and fingers are pressed one after the other.
    """

    tips_mm: tuple[tuple[float, float], ...] = ((0.0, 11.0), (16.4, 0.0), (33.5, 7.0), (51.6, 28.0))
    widths: tuple[float, ...] = (1.02, 1.05, 1.02, 0.86)  # against the hand's mean
    spread_x_mm: float = 3.5
    spread_y_mm: float = 5.0
    width_spread: float = 0.13  # of the logarithm
    turn_spread_rad: float = 0.14  # of the hand against its fingers' mean axis
    scale_spread: float = 0.16  # of the logarithm; children are 0.7
    turns: int = 21  # tried, over three spreads to each side
    scales: int = 11
    found: float = 7.0  # log-likelihood that one more finger is worth
    absent: float = 3.0  # log-likelihood lost by a finger that should be there and is not: one in twenty
    worst: float = 14.0  # log-likelihood that one finger can lose by its place
    usual_area_px: float = 60_000.0
    most_regions: int = 7
    certainty: float = 0.6  # of the likelihood ratio: features of one hand are not independent
    contradiction: float = 0.95  # confidence in the other hand from which on it is said


@dataclass(frozen=True)
class SlapParameters:
    """All of slap segmentation."""

    # blocks side by side instead of overlapping: a quarter of the time, and fingers are found as well;
    # neighbours lie further apart, so ridges may turn more between them
    ridges: RidgeParameters = field(default_factory=lambda: RidgeParameters(step_px=32, turn_rad=0.7))
    regions: RegionParameters = field(default_factory=RegionParameters)
    fingers: FingerParameters = field(default_factory=FingerParameters)
    arrangement: ArrangementParameters = field(default_factory=ArrangementParameters)


SLAPS = SlapParameters()

RIGHT_FOUR = (
    FingerPosition.RIGHT_INDEX,
    FingerPosition.RIGHT_MIDDLE,
    FingerPosition.RIGHT_RING,
    FingerPosition.RIGHT_LITTLE,
)
LEFT_FOUR = (
    FingerPosition.LEFT_INDEX,
    FingerPosition.LEFT_MIDDLE,
    FingerPosition.LEFT_RING,
    FingerPosition.LEFT_LITTLE,
)
THUMBS = (FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_THUMB)
"""As they lie in the image, the left thumb on the left."""
