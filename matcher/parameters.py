"""The constants of search, fusion and calibration; each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatcherParameters:
    """Constants shared by every search.

    Attributes:
        extrapolated_decades: How far below the lowest measured false-match rate the last slope is
            continued. Impostor tails fall faster than this straight line (they bend down), so the
            line overstates the rate; three decades is as far as we trust even that.
        tail_decades: Width of the stretch whose mean slope is continued. One decade averages over
            the few impostors that fix the very last points.
        tail_comparisons: Impostor scores that must lie at or above the last calibrated point;
            with ten the rate there has a 95 % interval of about a factor of two (Poisson).
        points_per_decade: Density of points in a calibration file.
        misplaced_share: Weight given to "the stated finger positions may be wrong" when positions
            are stated. The two readings share one Bonferroni bound, so 0.1 costs a swapped print
            a factor of 10 and a correctly placed one a factor of 1.11.
        rows_per_candidate: References fetched per wanted candidate in the first round; most people
            have a few, and a round that proves too short is repeated with four times as many.
        completed_per_candidate: Subjects per wanted candidate whose comparisons are completed over
            all probe templates (and at least ``completed_at_least``).
        completed_at_least: See above. With one to three templates this covers every subject that
            any short list named; ten-print searches name up to ten times as many.
        crosschecked: Best subjects of which every finger is compared with every probe finger, to
            find swapped prints. Others keep the swaps their short lists already showed.
        misplaced_rate: Rate below which a print that matches another finger than the stated one is
            reported as misplaced; at one in a million, a hundred finger pairs of two ten-print
            cards raise a false report once in ten thousand cards.
    """

    extrapolated_decades: float = 3.0
    tail_decades: float = 1.0
    tail_comparisons: int = 10
    points_per_decade: int = 8
    misplaced_share: float = 0.1
    rows_per_candidate: int = 3
    completed_per_candidate: int = 3
    completed_at_least: int = 60
    crosschecked: int = 5
    misplaced_rate: float = 1e-6


MATCHER = MatcherParameters()
