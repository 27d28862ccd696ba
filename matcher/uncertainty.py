"""How sure the false-match rate of joined comparisons is: the intervals of each, joined in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.calibration import Calibration
from matcher.candidates import ReferenceScore
from matcher.fusion import Compared, fuse


@dataclass(frozen=True)
class Uncertainty:
    """What is known of a rate beside itself.

    Attributes:
        interval: Lowest and highest rate that the measured people leave open (95 % for one comparison;
            joined as if all were off the same way, so rather too wide); None where one was not measured.
        extrapolated: Whether a comparison behind it scored higher than rates were measured for.
    """

    interval: tuple[float, float] | None
    extrapolated: bool


def uncertainty_of(
    comparisons: Sequence[tuple[ReferenceScore, Calibration]], compared: Sequence[Compared], rate: float
) -> Uncertainty:
    """Return how sure the rate is that ``fuse`` made of the comparisons.

    Args:
        compared: As given to ``fuse``.
        rate: What it returned; the interval holds it.
    """
    extrapolated = any(calibration.extrapolated(item.score) for item, calibration in comparisons)
    of_probe = {item.probe_index: calibration for item, calibration in comparisons}
    found = [calibration.interval(item.score) for item, calibration in comparisons]
    means = [_of_mean(each, of_probe.get(place)) for place, each in enumerate(compared)]
    joined = []
    for end in (0, 1):
        items, counts = [], []
        for (item, _), interval in zip(comparisons, found, strict=True):
            if interval is None:
                return Uncertainty(None, extrapolated)
            items.append(replace(item, false_match_rate=interval[end]))
        for each, mean in zip(compared, means, strict=True):
            counts.append(replace(each, averaged=mean[end]) if mean else each)
        joined.append(fuse(items, counts))
    return Uncertainty((min(rate, joined[0]), max(rate, joined[1])), extrapolated)


def _of_mean(counts: Compared, calibration: Calibration | None) -> tuple[float, float] | None:
    """Return the interval of the rate of averaged photographs, where there are any."""
    if counts.averaged is None or calibration is None:
        return None
    return calibration.interval(calibration.score_at(counts.averaged))
