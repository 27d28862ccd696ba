"""Draws at which score each population states a false-match rate: one line each, as coordinates of an SVG."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.console.odds import one_in
from api.schemas.calibrations import RateAnswer, TableAnswer

Place = Callable[[float], float]

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 16, 12, 34
_STEP = 0.1
"""Of the scores written below the drawing."""


@dataclass(frozen=True)
class Tick:
    """A line of the grid, and what is written at its end."""

    place: float
    text: str


@dataclass(frozen=True)
class Line:
    """One population.

    Attributes:
        points: x,y of the points, for a polyline.
        dots: The same, one by one.
        band: The outline of the interval, for a polygon; empty where none is known.
    """

    name: str
    points: str
    dots: tuple[tuple[float, float], ...]
    band: str


@dataclass(frozen=True)
class RateChart:
    """A drawing of ``width`` x ``height`` units."""

    lines: tuple[Line, ...]
    scores: tuple[Tick, ...]
    rates: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def rate_chart(tables: Sequence[TableAnswer]) -> RateChart | None:
    """Return the drawing, None of nothing. Scores grow to the right, rates fall downwards, by tens."""
    drawn = [each for each in tables if len(each.rates) > 1]
    rates = [rate for each in drawn for rate in each.rates]
    if not rates:
        return None
    lowest = math.floor(min(each.score for each in rates) / _STEP)
    highest = math.ceil(max(each.score for each in rates) / _STEP)
    rarest = math.floor(math.log10(min(each.rate for each in rates)))

    def x(score: float) -> float:
        share = (score / _STEP - lowest) / max(highest - lowest, 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(rate: float) -> float:
        share = math.log10(max(rate, 10.0**rarest)) / rarest
        return round(_TOP + share * (HEIGHT - _TOP - _BOTTOM), 1)

    def line(table: TableAnswer) -> Line:
        dots = tuple((x(each.score), y(each.rate)) for each in table.rates)
        return Line(table.population.name, _joined(dots), dots, _joined(_band(table.rates, x, y)))

    return RateChart(
        tuple(line(each) for each in drawn),
        tuple(Tick(x(step * _STEP), f"{step * _STEP:.1f}") for step in range(lowest, highest + 1)),
        tuple(Tick(y(10.0**power), one_in(10.0**power)) for power in range(-1, rarest - 1, -1)),
    )


def _band(rates: Sequence[RateAnswer], x: Place, y: Place) -> list[tuple[float, float]]:
    """Return the outline from the higher ends of the intervals and back along the lower ones."""
    known = [(x(each.score), each.interval) for each in rates if each.interval]
    upper = [(place, y(ends[1])) for place, ends in known]
    return [*upper, *((place, y(ends[0])) for place, ends in reversed(known))]


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
