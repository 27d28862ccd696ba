"""From the image of a slap to its fingers, each with position and box: the order of the steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from biometrics.errors import ImageTooSmall, NoFingerprintFound
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.resolution import Resolution, decide_resolution, to_working_resolution
from biometrics.fingerprint.segmentation import Box
from biometrics.fingerprint.slaps.arrangement import Arrangement, Hand, arrange, confidence
from biometrics.fingerprint.slaps.errors import FingersExpectedNone, NotFingers
from biometrics.fingerprint.slaps.fingertips import Fingertip, find_fingertips
from biometrics.fingerprint.slaps.geometry import Grey, RotatedBox, cut_out
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR, SLAPS, THUMBS, SlapParameters
from biometrics.fingerprint.slaps.regions import Region, find_regions
from biometrics.image import DecodedImage, to_grey
from biometrics.template import FingerPosition

NOTHING_SEEN = (
    "No fingers are to be seen: press them flat on the glass or the card, scan at 500 dpi,"
    " and state the resolution if the file does not."
)
A_PALM = "The image shows a palm or a whole hand: send only the fingertips, pressed down together."


class SlapKind(StrEnum):
    """What was pressed down together."""

    FOUR_FINGERS = "four_fingers"
    TWO_THUMBS = "two_thumbs"
    SINGLE_FINGER = "single_finger"


@dataclass(frozen=True)
class SlapRequest:
    """What the image should show.

    Attributes:
        hand: Of four fingers, None if it is to be decided from the image.
        position: Of a single finger.
        missing: Fingers that cannot be there (amputated, bandaged).
    """

    kind: SlapKind
    hand: Hand | None = None
    position: FingerPosition = FingerPosition.UNKNOWN
    missing: frozenset[FingerPosition] = frozenset()


@dataclass(frozen=True)
class SlapFinger:
    """One finger of a slap.

    Attributes:
        box: In pixels of the image that was given.
        bounds: The upright rectangle around the print itself, in the same pixels.
        ridged: Share of the print with clear ridges.
        at_edge: Whether the image's edge cuts the print.
    """

    position: FingerPosition
    box: RotatedBox
    bounds: Box
    ridged: float
    at_edge: bool


@dataclass(frozen=True)
class SlapSegmentation:
    """The fingers of a slap, from left to right.

    Attributes:
        hand: Of four fingers, as stated, else as the arrangement shows it; None for other kinds.
        hand_confidence: How well the arrangement agrees with ``hand``, 0 to 1; 1 where none is decided.
        hand_contradicted: The stated hand is very unlikely: the slap was probably taken of the other one.
        not_found: Fingers that should be there and are not seen.
        unexplained: Fingertips beyond those expected; more than zero asks for a look at the image.
    """

    kind: SlapKind
    hand: Hand | None
    hand_confidence: float
    hand_contradicted: bool
    fingers: tuple[SlapFinger, ...]
    not_found: tuple[FingerPosition, ...]
    unexplained: int
    resolution: Resolution


def segment(
    image: DecodedImage, request: SlapRequest, *, dpi: float | None = None, parameters: SlapParameters = SLAPS
) -> SlapSegmentation:
    """Find the fingers of a slap; never more than the request expects.

    Args:
        dpi: Resolution as the sender states it; wins over the file's.

    Raises:
        NoFingerprintFound, NotFingers, ImageTooSmall, ResolutionUnusable,
            FingersExpectedNone: the message says what to send.
    """
    _check_request(request)
    resolution = decide_resolution(dpi, image.dpi, PARAMETERS.resolution)
    scale = resolution.dpi / PARAMETERS.resolution.working_dpi
    _check_size(image, scale, parameters)
    grey = to_working_resolution(to_grey(image.pixels), resolution.dpi, PARAMETERS.resolution)
    if int(grey.max()) - int(grey.min()) < parameters.regions.smallest_range:
        raise NoFingerprintFound("The image is blank: put the fingers on the scanner and take it again.")
    tips = _fingertips(grey, request.kind, parameters)
    if request.kind is SlapKind.FOUR_FINGERS:
        named, hand, sure = _name_four(tips, request, parameters)
    else:
        named, hand, sure = _name_others(tips, request, grey.shape[1]), None, 1.0
    contradicted = request.hand is not None and hand is not None
    contradicted = contradicted and 1 - sure >= parameters.arrangement.contradiction
    seen = {position for position, _ in named}
    return SlapSegmentation(
        request.kind,
        hand,
        sure,
        contradicted,
        tuple(_finger(position, tip, scale, image.pixels.shape) for position, tip in named),
        tuple(position for position in _expected(request, hand) if position not in seen),
        len(tips) - len(named),
        resolution,
    )


def crops(image: DecodedImage, segmentation: SlapSegmentation) -> list[Grey]:
    """Return each finger turned upright, at the image's resolution, in the order of the fingers."""
    grey = to_grey(image.pixels)
    return [cut_out(grey, finger.box) for finger in segmentation.fingers]


def _fingertips(grey: Grey, kind: SlapKind, parameters: SlapParameters) -> list[Fingertip]:
    regions = find_regions(grey, parameters.ridges, parameters.regions)
    if not regions:
        raise NoFingerprintFound(NOTHING_SEEN)
    tips = find_fingertips(regions, parameters.fingers)
    limits = parameters.fingers
    largest = limits.largest_of_four_px if kind is SlapKind.FOUR_FINGERS else limits.largest_radius_px
    if max(tip.region.radius_px for tip in tips) > largest:
        raise NotFingers(A_PALM)
    return tips


def _name_four(
    tips: Sequence[Fingertip], request: SlapRequest, parameters: SlapParameters
) -> tuple[tuple[tuple[FingerPosition, Fingertip], ...], Hand, float]:
    """Lay both hands over the tips; where a hand is stated, the other one only says how sure it is."""
    ways: dict[Hand, Arrangement] = {}
    for hand in Hand:
        gone = _gone(request, hand)
        way = arrange(tips, hand, gone, parameters.arrangement)
        if way is not None:
            ways[hand] = way
    hand = request.hand or max(ways, key=lambda each: ways[each].likelihood)
    if len(ways) < len(Hand):
        return ways[hand].fingers, hand, 1.0
    sure = confidence(ways[Hand.RIGHT], ways[Hand.LEFT], hand, parameters.arrangement)
    return ways[hand].fingers, hand, sure


def _gone(request: SlapRequest, hand: Hand) -> frozenset[FingerPosition]:
    """Return the missing fingers of a hand; under the hand that was not stated, those of the same names."""
    if request.hand is None or hand is request.hand:
        return request.missing
    own, other = (RIGHT_FOUR, LEFT_FOUR) if hand is Hand.RIGHT else (LEFT_FOUR, RIGHT_FOUR)
    return frozenset(mine for mine, theirs in zip(own, other, strict=True) if theirs in request.missing)


def _name_others(
    tips: Sequence[Fingertip], request: SlapRequest, width_px: int
) -> tuple[tuple[FingerPosition, Fingertip], ...]:
    """Name one finger as stated, thumbs by their side."""
    expected = _expected(request, None)
    largest = sorted(tips, key=lambda tip: -tip.region.area_px * tip.region.ridged)[: len(expected)]
    largest.sort(key=lambda tip: tip.box.center_x)
    if len(largest) < len(expected):  # one of two thumbs: the half of the image it lies in
        expected = expected[:1] if largest[0].box.center_x < width_px / 2 else expected[1:]
    return tuple(zip(expected, largest, strict=True))


def _expected(request: SlapRequest, hand: Hand | None) -> tuple[FingerPosition, ...]:
    """Return the positions that should be there, from left to right for thumbs."""
    if request.kind is SlapKind.SINGLE_FINGER:
        return (request.position,)
    everyone: tuple[FingerPosition, ...] = (
        THUMBS if request.kind is SlapKind.TWO_THUMBS else RIGHT_FOUR + LEFT_FOUR
    )
    if hand is not None:
        everyone = RIGHT_FOUR if hand is Hand.RIGHT else LEFT_FOUR
    return tuple(position for position in everyone if position not in request.missing)


def _check_request(request: SlapRequest) -> None:
    hands = [request.hand] if request.hand else list(Hand)
    sets = [_expected(request, hand if request.kind is SlapKind.FOUR_FINGERS else None) for hand in hands]
    if request.kind is not SlapKind.SINGLE_FINGER and not any(sets):
        raise FingersExpectedNone("All fingers of this slap are stated as missing: leave the slap out.")


def _check_size(image: DecodedImage, scale: float, parameters: SlapParameters) -> None:
    sides = sorted(side / scale for side in image.pixels.shape[:2])
    if sides[0] < parameters.regions.smallest_side_px:
        raise ImageTooSmall(
            "The image shows less than a finger's width: send the whole slap at 500 dpi.",
            width_px=image.pixels.shape[1],
            height_px=image.pixels.shape[0],
        )
    if sides[1] > parameters.regions.largest_side_px:
        raise NotFingers(
            f"The image covers {sides[1] / 500:.1f} inches, more than fingers pressed down together"
            " (at most 5.2): send the fingers alone, or state the true resolution.",
            width_px=image.pixels.shape[1],
            height_px=image.pixels.shape[0],
        )


def _finger(position: FingerPosition, tip: Fingertip, scale: float, shape: Sequence[int]) -> SlapFinger:
    bounds = _bounds(tip.region, tip.box, scale, shape)
    return SlapFinger(
        position, tip.box.scaled(scale), bounds, round(tip.region.ridged, 3), tip.region.at_edge
    )


def _bounds(region: Region, box: RotatedBox, scale: float, shape: Sequence[int]) -> Box:
    """Return the upright rectangle around the part of the region inside the box."""
    around = box.bounds(round(shape[1] / scale), round(shape[0] / scale))
    low = region.points.min(0) - 2
    high = region.points.max(0) + 2
    return Box(
        max(round(max(low[0], around.left) * scale), 0),
        max(round(max(low[1], around.top) * scale), 0),
        min(round(min(high[0], around.right) * scale), shape[1]),
        min(round(min(high[1], around.bottom) * scale), shape[0]),
    )
