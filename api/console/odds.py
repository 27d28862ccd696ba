"""Scores in words: how rare a score is among unrelated people, and what that means in this gallery."""

import math
from typing import Protocol

_RAREST = 1e-10
"""Beyond one in a thousand crore the figure says no more to a reader, and the calibration is far behind."""

_LAKH = 100_000
_CRORE = 10_000_000

# A lead is named by the strangers expected at its score: one in a thousand searches, one in a hundred,
# one in ten. From one expected stranger on, the score tells nothing.
_STRENGTHS = (
    (0.001, "Very strong lead", "good"),
    (0.01, "Strong lead", "good"),
    (0.1, "Fair lead", "info"),
    (1.0, "Weak lead", "warn"),
)
_CHANCE_FROM = 1.0
_LEAST_GALLERY = 100
"""A gallery of a few people would make any score look rare: leads are judged as in one of a hundred."""


class Measured(Protocol):
    """Anything whose rate comes with how sure it is."""

    @property
    def false_match_rate_interval(self) -> tuple[float, float] | None:
        """Lowest and highest rate that the calibration leaves open."""
        ...

    @property
    def extrapolated(self) -> bool:
        """Whether the rate is lower than any that was measured."""
        ...


def grouped(number: int) -> str:
    """Write a whole number with Indian digit grouping: 12,34,567."""
    digits = str(abs(int(number)))
    head, tail = digits[:-3], digits[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return ("-" if number < 0 else "") + tail


def one_in(rate: float | None) -> str:
    """Say a rate as odds: ``1 in 20,000``, ``1 in 3 crore``."""
    if rate is None:
        return "not known"
    if rate >= 0.5:
        return "most"
    if rate < _RAREST:
        return "fewer than 1 in 1,000 crore"
    return f"1 in {_count(1 / rate)}"


def sentence(rate: float) -> str:
    """Say in a sentence how many unrelated people would score as high."""
    words = one_in(rate)
    start = words.capitalize() if not words.startswith("1") else f"About {words}"
    return f"{start} unrelated people would score this high."


def interval(candidate: Measured) -> str:
    """Say how sure a rate is: between which odds it lies, and whether it was measured that far."""
    ends = candidate.false_match_rate_interval
    words = f"Between {one_in(ends[1])} and {one_in(ends[0])}." if ends and ends[0] < ends[1] else ""
    if candidate.extrapolated:
        words += " Rarer than was measured: extrapolated."
    return words.strip()


def strangers(expected: float, people: int | None = None) -> str:
    """Say in a sentence how many unrelated people this gallery is expected to hold at such a score."""
    gallery = f"this gallery of {grouped(people)} people" if people and people > 1 else "this gallery"
    if expected >= _CHANCE_FROM:
        return (
            f"Expected strangers in {gallery}: {_few(expected)}. A score like this is no better than chance."
        )
    if expected < 0.001:
        return (
            f"Expected strangers in {gallery}: fewer than 0.001. "
            "Fewer than 1 such search in 1,000 would show a stranger this alike."
        )
    return (
        f"Expected strangers in {gallery}: {_few(expected)}. "
        f"About 1 such search in {_count(1 / expected)} would show a stranger this alike."
    )


class Scored(Protocol):
    """Anything with the score of a candidate; None where it is not calibrated."""

    @property
    def false_match_rate(self) -> float | None:
        """Share of unrelated people who would score as high."""
        ...

    @property
    def expected_strangers(self) -> float | None:
        """How many of them this gallery is expected to hold."""
        ...


def is_lead(candidate: Scored) -> bool:
    """Whether the score says more than chance."""
    return _weight(candidate) < _CHANCE_FROM


def strength(candidate: Scored) -> str:
    """Name how strong a lead is."""
    if candidate.false_match_rate is None:
        return "Not calibrated"
    weight = _weight(candidate)
    return next((name for limit, name, _ in _STRENGTHS if weight < limit), "No better than chance")


def strength_tone(candidate: Scored) -> str:
    """Return the colour class that goes with the strength."""
    weight = _weight(candidate)
    return next((tone for limit, _, tone in _STRENGTHS if weight < limit), "")


def _weight(candidate: Scored) -> float:
    if candidate.false_match_rate is None or candidate.expected_strangers is None:
        return math.inf
    return max(candidate.expected_strangers, _LEAST_GALLERY * candidate.false_match_rate)


def verification_title(rate: float) -> str:
    """Say in a few words what a 1:1 comparison shows."""
    if rate < 1e-4:
        return "Strong support that it is the same person"
    if rate < 1e-2:
        return "Some support that it is the same person"
    if rate < 0.5:
        return "Little support that it is the same person"
    return "No support that it is the same person"


def _count(number: float) -> str:
    """Round to one or two digits and write in thousands, lakh or crore."""
    rounded = _rounded(number)
    if rounded >= _CRORE:
        return f"{_trimmed(rounded / _CRORE)} crore"
    if rounded >= _LAKH:
        return f"{_trimmed(rounded / _LAKH)} lakh"
    return grouped(int(rounded))


def _rounded(number: float) -> float:
    size = 10.0 ** math.floor(math.log10(number))
    leading = number / size
    return (round(leading) if leading >= 5 or size < 10 else round(leading * 2) / 2) * size


def _few(number: float) -> str:
    if number >= 10:
        return grouped(int(_rounded(number)))
    return f"{number:.2g}"


def _trimmed(number: float) -> str:
    return f"{number:.1f}" if number % 1 > 0.05 else grouped(round(number))
