"""Constants of composed slaps: lengths in pixels at 500 dpi unless said, spreads as standard deviations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SlapLayout:
    """Where the fingertips of a right hand lie, drawn anew for every slap.

    Reaches follow hand anthropometry (index 13 mm, ring 10 mm, little finger 34 mm short of the middle
    finger), not the segmenter's own values; gaps are those of fingers held together to slightly spread.
    """

    gaps_mm: tuple[float, float, float] = (17.5, 17.5, 18.5)
    gap_spread_mm: float = 1.5
    spread_fingers: tuple[float, float] = (
        0.72,
        1.2,
    )  # factor on all gaps of one slap; below 0.8 fingers touch
    reach_mm: tuple[float, float, float, float] = (13.0, 0.0, 10.0, 34.0)
    reach_spread_mm: float = 3.0
    scale_spread: float = 0.07  # of the hand
    turn_rad: float = 0.16  # of the hand: 9 degrees
    largest_turn_rad: float = 0.4
    fan_rad: float = 0.05  # between neighbouring fingers
    lean_rad: float = 0.05  # of each finger by itself
    thumb_gap_mm: tuple[float, float] = (27.0, 45.0)
    thumb_lean_rad: float = 0.2
    four_size: tuple[int, int] = (1600, 1500)  # width, height of a live scanner's platen
    single_size: tuple[int, int] = (800, 1000)
    margin: int = 24
    sure_axis: float = 1.2  # prints longer than wide by this can be straightened
    steepest_deg: float = 40.0
    farthest: int = 400  # a print moves aside, rather than cover another
    closest: int = 6  # between the masks of two fingers, before blur


@dataclass(frozen=True)
class SlapSurface:
    """What else is on a slap: the joints below, paper, writing."""

    joint_share: float = 0.6  # of the fingers leave the next joint's print
    joint_gap: tuple[float, float] = (22.0, 50.0)
    joint_length: tuple[float, float] = (120.0, 320.0)
    joint_width: float = 0.85  # of the fingertip's
    joint_ink: tuple[float, float] = (0.35, 0.9)
    card_share: float = 0.35  # of the slaps are inked cards with captions and writing
    card_grey: float = 236.0
    card_shading: float = 5.0
    card_noise: float = 6.0
    scanner_grey: float = 252.0
    scanner_noise: float = 1.5
    darkest: float = 35.0


LAYOUT = SlapLayout()
SURFACE = SlapSurface()
