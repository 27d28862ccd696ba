"""Every constant of fingerprint extraction, with its source; a digest of them names the producer."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class ResolutionParameters:
    """Lengths in pixels elsewhere are at ``working_dpi``."""

    working_dpi: float = 500.0  # the resolution LEADER and the cylinders were made for
    lowest_dpi: float = 150.0  # below, two ridges share fewer than three pixels
    highest_dpi: float = 2600.0  # scanners for forensic prints end at 2400
    # ridge period of adult fingers is 7 to 12 px at 500 dpi, of children down to 5 (measured on
    # FVC2002: 7.6 to 11.2); outside this range an assumed resolution is taken to be wrong
    shortest_period_px: float = 5.0
    longest_period_px: float = 12.5  # shading of faces and other pictures measures 13 to 15
    same_within: float = 0.01  # of 500 dpi: no resampling
    # at 500 dpi: 12 inch, a whole ten-print card or a page; more means that the resolution is wrong, and
    # would cost gigabytes (5,000 pixels square stated as 100 dpi are 25,000 pixels square)
    largest_side_px: int = 6000
    area_below: float = 0.75  # shrinking by more than this averages areas, to avoid aliasing


@dataclass(frozen=True)
class SegmentationParameters:
    """Foreground by gradient strength, after GMFS (Cappelli 2023, github.com/raffaele-cappelli/pyfing)."""

    gradient_sigma_px: float = 1.0
    average_sigma_px: float = 6.5
    threshold: float = 0.2  # times the 95th percentile of the gradient magnitude
    percentile: float = 95.0
    closings: int = 6
    openings: int = 12
    smallest_part: float = 0.2  # of the largest component
    margin_px: int = 24  # around the foreground; the network's view of border minutiae


@dataclass(frozen=True)
class MinutiaParameters:
    """Peaks of the network's position map; measured on FVC2002, EER 0.71 % at 0.6, 0.27 % at 0.2."""

    blur_side_px: int = 5  # Gaussian, OpenCV's default sigma 1.1 for this side
    maximum_side_px: int = 7
    lowest_quality: float = 0.2
    most: int = 100  # bounds template size and comparison time; full rolled prints have 60 to 90


@dataclass(frozen=True)
class CylinderParameters:
    """Minutia cylinder-code (Cappelli, Ferrara, Maltoni 2010), values tuned on FVC2002 sets."""

    radius_px: float = 70.0
    cells_across: int = 10  # 80 of the 100 cells lie inside the circle
    sections: int = 5
    position_sigma_px: float = 8.0
    direction_sigma_rad: float = 0.5
    bit_threshold: float = 0.005
    hull_margin_px: float = 60.0  # a cell counts inside the hull of the minutiae grown by this
    valid_cells: float = 0.75
    neighbours: int = 2


class PhaseParameters(NamedTuple):
    """Ridge phase on a grid; a named tuple for its kernels. Lengths are pixels at 250 dpi."""

    contrast_sigma_px: float = 8.0
    faint_contrast: float = 8.0  # grey levels; fainter ridges are not raised to full contrast
    direction_sigma_px: float = 5.0
    wave_number: float = 1.396  # radians per pixel of the first guess: ridges 9 px apart at 500 dpi
    first_sigma_px: float = 2.5  # a small window meets ridges of other periods
    sigma_px: float = 3.5
    largest_move: float = 0.5  # radians per pixel that the wave vector moves in a round
    lowest_clarity: float = 0.05


@dataclass(frozen=True)
class RidgeParameters:
    """Block spectra, for quality and for telling prints from anything else."""

    block_px: int = 32  # three to four ridges
    step_px: int = 16
    shortest_period_px: float = 3.5  # wider than real ridges, so that a wrong resolution is seen as one
    longest_period_px: float = 17.0
    clear: float = 0.33  # share of a block's contrast in its dominant wave
    shading_weight: float = 0.1  # of waves longer than two thirds of a block
    lowest_contrast: float = 5.0  # grey levels
    turn_rad: float = 0.5  # between neighbouring blocks, ridges turn less than this
    period_ratio: float = 0.3  # difference of the logarithms of neighbouring periods
    agreeing: int = 4  # of up to eight neighbours


@dataclass(frozen=True)
class PolarityParameters:
    """When ridges are taken to be light on dark; no part of the digest, usual prints stay as they are."""

    empty_contrast: float = 0.35  # of the ridged blocks' median; the ground's noise is below
    fewest_empty: int = 4  # blocks
    # grey levels; the ground of FVC2002's prints is up to 26 darker than the print, three quarters are
    # more than 30 lighter, so that their negatives are recognised
    darker_ground: float = 30.0


@dataclass(frozen=True)
class PresenceParameters:
    """When an image holds a print; set between FVC2002 and pages of text, faces, noise and patterns."""

    largest_side_px: int = 1500  # a finger is below 2 inch; more is a palm or several fingers
    # times that side: a larger image is looked over at half the resolution first; a page of 25 million
    # pixels at full resolution takes a gigabyte and a half
    page_from: float = 1.2
    smallest_side_px: int = 120
    room_for_two_px: int = 360  # two children's fingers, a quarter inch each, and a gap
    # of the larger region's area; none of FVC2002's 320 prints has a second region of any size
    second_print: float = 0.35
    smallest_range: int = 12  # grey levels between the darkest and the lightest pixel
    smallest_ridged_area_px: float = 2500.0  # 6 mm2; the worst print with visible ridges has 2800
    enlarged_share: float = 0.28  # of the area, ridged when shrunk by half: enlarged prints 0.31 to 0.66
    sure_minutia: float = 0.5
    fewest: int = 4
    sure: int = 2
    # where no ridges can be measured; the worst print of FVC2002 (DB3 110_3) has 6, faces up to 3, and the
    # few that have more show waves longer than ridges, which no print of FVC2002 does
    sure_without_ridges: int = 5


@dataclass(frozen=True)
class QualityParameters:
    """What quality is made of; no part of a template, so not of the digest.

    The base and the two weights are fitted on FVC2002, each print as it is and once more with a fault
    ("weights.all" of benchmarks/results/fingerprint_quality_fvc2002.json). Area, clarity of the block
    spectra and contrast got no weight beside the two measures: area and contrast are given as causes.
    """

    sure_minutia: float = 0.5
    good_minutiae: int = 25  # sure ones; a limit of 30, 40 or 50 orders prints no better
    good_confidence: float = 0.8  # about the mean of an ordinary print
    base: float = 2.74  # log odds of a print with both: 0.94
    minutiae_weight: float = 1.48
    confidence_weight: float = 4.67
    ordinary: float = 0.85  # from this value on nothing is worth saying; 90 % of FVC2002 reach it
    worth_saying: float = 0.9  # share of the good value below which a measure is given as a reason
    good_area_px: float = 25000.0  # 87 % of FVC2002 have more; a disc of 9 mm
    good_contrast: float = 25.0  # wet, dry and faint prints have less; 85 % of FVC2002 have more
    area_weight: float = 0.5  # these two order the reasons only: what has a cause in the ink is said first,
    contrast_weight: float = 2.0  # and lost ridges before a small area, which they look like
    smudged_below: float = 95.0  # median grey of ridged blocks: strongly wet prints 47 to 128
    dry_above: float = 160.0  # strongly dry prints 123 to 245
    exponent: float = 0.5  # of the share of minutiae in templates of other systems, which have no image


@dataclass(frozen=True)
class ForeignParameters:
    """Minutiae found by other systems; no part of our own extraction, so not of its digest."""

    unreported_quality: float = 0.6  # about the median of our own minutiae
    lowest_quality: float = 0.2  # as for our own: a minutia that the other system kept counts
    largest_image_px: int = 8191  # what positions in 1/8 px can say


@dataclass(frozen=True)
class MarkParameters:
    """Marks from scenes; chosen on simulated marks of the first five fingers of each FVC2002 database.

    No part of the digest: a mark's template has the form of all others.
    """

    levelling_px: float = 12.0  # a little more than a ridge period
    cut: float = 2.0  # spreads of grey; letters and lines lie beyond
    least_spread: float = 3.0  # grey levels, so that an empty ground stays quiet
    middle_grey: float = 128.0
    contrast: float = 48.0  # grey levels of one spread, about that of an ordinary print
    lowest_reading: float = 0.08  # of a minutia in one reading
    lowest_quality: float = 0.15  # of its mean over the readings
    same_px: float = 9.0  # two readings of one minutia are nearer than this
    same_rad: float = 0.6
    fewest: int = 3  # below this nothing can be compared
    fewest_in_company: int = 2  # minutiae with neighbours: one pair of them gives no alignment
    whole_below_px: int = 900  # an image up to this side is read whole, a larger one in its foreground's box
    largest_side_px: int = 2000  # what is read at most: 10 cm, a mark and the scene around it


@dataclass(frozen=True)
class FingerprintParameters:
    """All of extraction."""

    resolution: ResolutionParameters = field(default_factory=ResolutionParameters)
    segmentation: SegmentationParameters = field(default_factory=SegmentationParameters)
    minutiae: MinutiaParameters = field(default_factory=MinutiaParameters)
    cylinders: CylinderParameters = field(default_factory=CylinderParameters)
    phase: PhaseParameters = field(default_factory=PhaseParameters)
    ridges: RidgeParameters = field(default_factory=RidgeParameters)
    polarity: PolarityParameters = field(default_factory=PolarityParameters)
    presence: PresenceParameters = field(default_factory=PresenceParameters)
    quality: QualityParameters = field(default_factory=QualityParameters)

    def digest(self) -> str:
        """Return eight hexadecimal digits that change with any value that changes templates.

        What decides whether a print is accepted, and its quality, is left out: templates made before
        such a change can still be compared.
        """
        shaping = (
            self.resolution.working_dpi,
            self.segmentation,
            self.minutiae,
            self.cylinders,
            self.phase,
        )
        return hashlib.sha256(repr(shaping).encode()).hexdigest()[:8]


PARAMETERS = FingerprintParameters()
FOREIGN = ForeignParameters()
MARKS = MarkParameters()
