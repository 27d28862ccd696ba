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
        calibration_margin: Every rate is multiplied by this before several fingers are joined. Rates
            were seen to be understated on a sensor that had no part in the calibration, up to 2.4 times
            over all four of FVC2002; unwidened, persons of ten fingers reached a fused rate of 1 in
            1,000 ninety times too often, widened by three 1.6 times.
        all_fingers_share: Weight of the reading "all fingers together"; the rest is shared by "the
            clearest one alone", "the clearest two" and so on. With a half, all fingers together cost
            a factor of 2. With one fault in each print of FVC2002, misses of two fingers at 1 in
            100,000 fell from 14 to 2 % by these readings (Fisher's method weighted by quality: 2 %).
        averaged_share: Weight of the reading "the mean of the photographs" where several of one face are
            compared; the rest is for "the best two of them". The mean alone misses fewest while all
            photographs are of the person, but of two of which one shows somebody else it missed 23 %
            where the best two missed 3 % (face_several_photos_lfw_dev.json).
        rows_per_candidate: References fetched per wanted candidate in the first round; most people
            have a few, and a round that proves too short is continued to twice as many (so many
            prints were compared in the first round already).
        completed_per_candidate: Subjects per wanted candidate whose comparisons are completed over
            all probe templates (and at least ``completed_at_least``).
        completed_at_least: See above. With one to three templates this covers every subject that
            any short list named; ten-print searches name up to ten times as many.
        crosschecked: Best subjects of which every finger is compared with every probe finger, to
            find swapped prints. Others keep the swaps their short lists already showed.
        misplaced_rate: Rate below which a print that matches another finger than the stated one is
            reported as misplaced; at one in a million, a hundred finger pairs of two ten-print
            cards raise a false report once in ten thousand cards.
        same_finger_rate: Rate below which two prints of one probe count as one finger. With 45 pairs
            on a ten-print card one honest card in 2,000 loses a finger's evidence and is told so.
        sequence_rate: Rate below which a slap's finger counts as the rolled print of a finger: a ten-print
            card makes 100 comparisons at most, so that one card in a hundred would show a swap that is
            none; the next lower rates are extrapolated.
        found_strangers: A search has found somebody when fewer strangers than this are expected at
            the evidence. Only of such people misplaced fingers are told; only without such a one
            flipped prints are tried.
        least_gallery: In a gallery of a few people any score would look rare; whether somebody was
            found is judged as in one of a hundred.
        mirrored_prints: Prints searched once more, flipped, when nobody was found: the best ones. Two
            that match would do; the third allows for one that fails.
        mirrored_strangers: Strangers expected at the evidence of flipped prints for which they are
            called mirrored: at most one search in a thousand that finds nobody says so wrongly.
        mirrored_rate: In a verification there is no gallery to count strangers in: the rate at which
            flipped prints are called mirrored.
        mirrored_asked_above: Prints that agree better than this as they are are not flipped: a thousand
            times the rate above, so that a finding says far more than what it stands against.
        mirrored_print_rate: Each of at least two flipped prints must reach this on its own.
    """

    extrapolated_decades: float = 3.0
    tail_decades: float = 1.0
    tail_comparisons: int = 10
    points_per_decade: int = 8
    misplaced_share: float = 0.1
    calibration_margin: float = 3.0
    all_fingers_share: float = 0.5
    averaged_share: float = 0.7
    rows_per_candidate: int = 3
    completed_per_candidate: int = 3
    completed_at_least: int = 60
    crosschecked: int = 5
    misplaced_rate: float = 1e-6
    same_finger_rate: float = 1e-5
    sequence_rate: float = 1e-4
    mirrored_prints: int = 3
    found_strangers: float = 0.1
    least_gallery: int = 100
    mirrored_strangers: float = 1e-3
    mirrored_rate: float = 1e-6
    mirrored_asked_above: float = 1e-3
    mirrored_print_rate: float = 1e-4


@dataclass(frozen=True)
class FairnessParameters:
    """Constants of the report on groups.

    Attributes:
        sampled_people: Compared at most; 6,000 make 18 million pairs in a fraction of a second
            (accuracy/face_groups), and a group of one in a hundred then still 1,770.
        sampled_references: Looked at to find them. Others' marks, prints and former models are among them.
        least_people: A smaller group is left out: its few people could be recognised in their numbers.
        ratio: Rates this far apart are told.
        told_at_most: Pairs of groups that are told for one attribute.
        draws: Of people, with replacement, for an interval.
        seed: Of what is drawn, so that a report can be repeated.
    """

    sampled_people: int = 6_000
    sampled_references: int = 60_000
    least_people: int = 20
    ratio: float = 3.0
    told_at_most: int = 10
    draws: int = 200
    seed: int = 5


@dataclass(frozen=True)
class TailParameters:
    """Constants of the curve that is fitted to impostor scores.

    Attributes:
        begins_at: Rate from which on the tail model holds; 5, 2 and 0.5 % do about as well (`tails` in
            face_calibration_lfw_dev.json).
        last_impostors: The table ends where this many impostors are left; beyond, the last slope goes on.
        search_tolerance: How closely the most likely tail is searched, as a share of where it can lie.
    """

    begins_at: float = 1e-2
    last_impostors: int = 10
    search_tolerance: float = 1e-6


@dataclass(frozen=True)
class OwnGalleryParameters:
    """Constants of a calibration that is fitted on the operator's own gallery.

    Attributes:
        fewest_people: With 200 the tail rests on 199 pairs, and 1 in 2,000 is the last rate that ten of
            them reached; fewer people leave less than the shipped calibrations know.
        most_people: 20,000 make 200 million pairs in some seconds and measure to 1 in 20 million.
        sampled_references: Looked at to find them. Others' prints, marks and former models are among them.
        groups: People are dealt into so many; a draw for the interval draws groups, so that only the
            histograms of each two groups are kept. 64 groups leave the interval's width open by 9 %.
        draws: Of groups, with replacement.
        bins: Of scores from -1 to 1: 0.0005 wide, or 1.3 % of a rate.
        same_person_pairs: A pair is taken for one person under two records where less than so many pairs
            of strangers are expected in the whole sample, by the tail of all others: one fit in a hundred
            sets aside a pair of strangers.
        judged_rates: At which a fit on half of the people is held against the other half.
        rounds: In which what is set aside is found; most galleries need three.
        listed_pairs: Of these at most so many are listed for people to look at, the most alike first.
        seed: Of who is drawn into which group, so that a fit can be repeated.
    """

    fewest_people: int = 200
    most_people: int = 20_000
    sampled_references: int = 1_000_000
    groups: int = 64
    draws: int = 200
    bins: int = 4_096
    same_person_pairs: float = 0.01
    judged_rates: tuple[float, ...] = (1e-2, 1e-3, 1e-4, 1e-5)
    rounds: int = 10
    listed_pairs: int = 1_000
    seed: int = 13


MATCHER = MatcherParameters()
TAIL = TailParameters()
OWN_GALLERY = OwnGalleryParameters()
FAIRNESS = FairnessParameters()
