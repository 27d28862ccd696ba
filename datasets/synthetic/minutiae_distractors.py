"""Invents the minutiae of any number of fingers from those of real ones, to fill a gallery for measuring.

A distractor takes the flow, outline, count and qualities of a real print, but new places; which way its
minutiae point is drawn anew, as likely as around there in the print. Mirrored, turned and stretched, no
part of a real finger remains.
Only minutiae are made, no image: good for search, useless for judging extraction.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.template import FingerprintTemplate

Floats = NDArray[np.float64]

FEW_NEIGHBOURS = 0.05
"""Weight of having no opinion: far from all old minutiae either way is as likely."""


@dataclass(frozen=True)
class DistractorParameters:
    """Measured on FVC2002 and compared with its neighbour distances and directions."""

    nearest_px: float = 9.5  # no two minutiae are nearer
    spread_px: float = 32.0  # new places around old ones
    uniform: float = 0.3  # share of places drawn evenly over the print
    margin_px: float = 10.0  # beyond the hull of the source
    flow_sigma_px: float = 20.0  # reach of a minutia's direction in the interpolated flow, and of its sense
    sense_strength: float = 5.0  # how surely a new minutia points the way its old neighbours do
    opposed_px: float = 15.0  # minutiae this near are mostly the two ends of a short ridge or a bridge
    opposed: float = 0.5  # share of such pairs that point the same way and are turned to face each other
    jitter_rad: float = 0.05
    count_spread: float = 0.15
    fewest: int = 8
    most: int = 100
    foreign_quality: float = 0.3  # share of distractors with another print's qualities
    mirrored: float = 0.5
    turn_rad: float = 0.2
    stretch: float = 0.03


PARAMETERS = DistractorParameters()


def distractors(
    sources: Sequence[FingerprintTemplate],
    count: int,
    seed: int,
    limits: DistractorParameters = PARAMETERS,
    begin: int = 0,
) -> Iterator[FingerprintTemplate]:
    """Yield ``count`` templates of fingers that do not exist; the same seed gives the same fingers.

    Args:
        sources: Templates with at least eight minutiae; others are left out.
        begin: Number of the first; several processes can each make a part of one sequence.
    """
    usable = [source for source in sources if len(source.minutiae) >= limits.fewest]
    for number in range(begin, begin + count):
        random = np.random.default_rng((seed, number))
        source = usable[random.integers(len(usable))]
        foreign = usable[random.integers(len(usable))]
        yield _invent(source, foreign, random, limits)


def _invent(
    source: FingerprintTemplate,
    foreign: FingerprintTemplate,
    random: np.random.Generator,
    limits: DistractorParameters,
) -> FingerprintTemplate:
    real = len(source.minutiae)
    wanted = int(np.clip(random.normal(real, limits.count_spread * real + 2), limits.fewest, limits.most))
    places = _places(source, wanted, random, limits)
    direction = _directions(source.minutiae, places, random, limits)
    lender = foreign if random.random() < limits.foreign_quality else source
    quality = random.choice(lender.minutiae.quality, len(places))
    x, y, direction = _disguised(places, direction, random, limits)
    minutiae = Minutiae(
        (x - x.min() + 1).astype(np.float32),
        (y - y.min() + 1).astype(np.float32),
        np.mod(direction, 2 * math.pi).astype(np.float32),
        random.random(len(places)).astype(np.float32),
        quality.astype(np.float32),
    )
    return FingerprintTemplate.from_minutiae(int(np.ptp(x)) + 2, int(np.ptp(y)) + 2, minutiae)


def _places(
    source: FingerprintTemplate, wanted: int, random: np.random.Generator, limits: DistractorParameters
) -> Floats:
    """New places inside the source's outline, denser where it was dense, none too near another."""
    old = np.stack([source.minutiae.x, source.minutiae.y], 1).astype(np.float64)
    hull = np.asarray(cv2.convexHull(old.astype(np.float32)), np.float32)
    low, high = old.min(0) - limits.margin_px, old.max(0) + limits.margin_px
    tries = 8 * wanted
    near = old[random.integers(len(old), size=tries)] + random.normal(0, limits.spread_px, (tries, 2))
    anywhere = low + random.random((tries, 2)) * (high - low)
    drawn = np.where(random.random((tries, 1)) < limits.uniform, anywhere, near)
    kept = np.empty((wanted, 2))
    count = 0
    for x, y in drawn:
        if cv2.pointPolygonTest(hull, (float(x), float(y)), True) < -limits.margin_px:
            continue
        gaps = (kept[:count, 0] - x) ** 2 + (kept[:count, 1] - y) ** 2
        if count and gaps.min() < limits.nearest_px**2:
            continue
        kept[count] = x, y
        count += 1
        if count == wanted:
            break
    return kept[:count]


def _directions(
    old: Minutiae, places: Floats, random: np.random.Generator, limits: DistractorParameters
) -> Floats:
    """Directions along the interpolated flow; which way along it is voted by the old minutiae around.

    Fingers resemble each other in where minutiae point up and where down a ridge; without that,
    distractors are easier to tell from a probe than real fingers are.
    """
    gap = (places[:, :1] - old.x) ** 2 + (places[:, 1:] - old.y) ** 2
    reach = np.exp(-gap / (2 * limits.flow_sigma_px**2)) * old.quality
    doubled = (reach + 1e-9 / (1 + gap)) @ np.exp(2j * old.angle_rad.astype(np.float64))
    flow = np.angle(doubled) / 2 + random.normal(0, limits.jitter_rad, len(places))
    agreeing = (reach * np.cos(old.angle_rad - flow[:, None])).sum(1) / (reach.sum(1) + FEW_NEIGHBOURS)
    forward = random.random(len(places)) < 1 / (1 + np.exp(-limits.sense_strength * agreeing))
    directions = np.asarray(flow + np.where(forward, 0.0, math.pi), np.float64)
    _oppose(places, directions, random, limits)
    return directions


def _oppose(
    places: Floats, directions: Floats, random: np.random.Generator, limits: DistractorParameters
) -> None:
    """Turn some minutiae that point the same way as a very near one before them."""
    for k in range(1, len(places)):
        gaps = np.hypot(*(places[:k] - places[k]).T)
        nearest = int(gaps.argmin())
        near = gaps[nearest] < limits.opposed_px
        if near and math.cos(directions[k] - directions[nearest]) > 0 and random.random() < limits.opposed:
            directions[k] += math.pi


def _disguised(
    places: Floats, direction: Floats, random: np.random.Generator, limits: DistractorParameters
) -> tuple[Floats, Floats, Floats]:
    """Mirror half of them, then stretch and turn each a little."""
    x, y = places[:, 0], places[:, 1]
    if random.random() < limits.mirrored:
        x, direction = -x, math.pi - direction
    x, y = x * random.normal(1, limits.stretch), y * random.normal(1, limits.stretch)
    turn = random.normal(0, limits.turn_rad)
    cosine, sine = math.cos(turn), math.sin(turn)
    # counter-clockwise as seen, with y down
    return cosine * x + sine * y, -sine * x + cosine * y, direction + turn
