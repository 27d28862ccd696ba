"""Every constant of fingerprint comparison, with its source or measurement.

Named tuples, because the compiled kernels take them as they are. Lengths are pixels at 500 dpi.
Values without another source were tuned on FVC2002 set B and checked on sensors held out.
"""

import math
from typing import NamedTuple


class SimilarityParameters(NamedTuple):
    """Two cylinders (Cappelli, Ferrara, Maltoni 2010, section III)."""

    largest_turn_rad: float = math.pi / 2
    shared_bits: float = 0.6  # of all bits, valid in both
    bits: int = 400


class RelaxationParameters(NamedTuple):
    """Local greedy similarity with relaxation (LGS-R; same paper, section IV, and TIFS 2012)."""

    largest: int = 30  # most similar pairs that take part; with all of them the error rates are the same
    rounds: int = 5
    keep: float = 0.5  # weight of a pair's own similarity against its companions'
    distance_mu_px: float = 5.0
    distance_tau: float = -1.6
    angle_mu_rad: float = math.pi / 12
    angle_tau: float = -30.0
    fewest_pairs: int = 4
    most_pairs: int = 12
    count_mu: float = 20.0
    count_tau: float = 0.4
    negligible: float = 9.0  # exponent of a sigmoid beyond which it counts as zero


class AlignmentParameters(NamedTuple):
    """Hypotheses and elastic re-alignment; coarse values first, annealed to the fine ones."""

    lowest_similarity: float = 0.013  # LGS-R of four in ten non-mates; no mate of FVC2002 is below
    seeds: int = 6  # 4 to 12 reach the same error rates, on partial and distorted prints too
    kept: int = 2  # hypotheses that are refined, the best after coarse pairing; 1 loses partial prints
    lever_px: float = 30.0  # a pair's direction difference counts as evidence at this distance
    same_turn_rad: float = 0.2  # two hypotheses nearer than these are one
    same_shift_px: float = 20.0
    rounds: int = 3
    coarse_px: float = 26.0
    coarse_rad: float = 0.6
    coarse_sigma_px: float = 14.0
    coarse_sigma_rad: float = 0.30
    fine_px: float = 14.0
    fine_rad: float = 0.45
    fine_sigma_px: float = 7.0
    fine_sigma_rad: float = 0.22
    kernel_px: float = 30.0  # reach of a pair's local displacement
    prior: float = 0.3  # weight of no displacement
    affine_ridge_px2: float = 1e4
    turn_share: float = 0.5  # of the local turn that is believed
    plain_share: float = 0.5  # of a pair's weight that does not depend on its cylinders


class AgreementParameters(NamedTuple):
    """Ridge phase after alignment; 5 rounds reach what 8 do, the nearest node what four blended do."""

    rounds: int = 5
    coarse_px: float = 24.0  # over which displacements are smoothed, first and last round
    fine_px: float = 16.0
    kernel_px: float = 30.0  # as in alignment
    prior: float = 0.3
    affine_ridge_px2: float = 1e4
    stiffness: float = 0.3  # clear nodes' worth of no displacement
    trust_px: float = 40.0  # nodes nearer than this to a pair are believed to lie right
    trust_kept: float = 0.5  # of a node's trust, when the neighbours are out of step
    trust_growth: float = 1.3
    area_px2: float = 1e4
    smallest_area: float = 0.05  # below, a few nodes agree or not by chance


class ScoreParameters(NamedTuple):
    """Fusion of relaxed similarity, pairing and ridge phase, logistic regressions on FVC2002."""

    hull_margin_px: float = 60.0
    shrinkage: float = 8.0  # minutiae added to the overlap: FNMR at FMR 3e-5 falls from 9.3 % to 2.1 %
    similarity: float = 34.86
    ratio: float = 47.73
    weight: float = -3.08
    offset: float = -17.45
    ridges_from: float = -2.5  # of the minutiae's score: one in seventy non-mates of FVC2002 reaches it
    minutiae: float = 0.84  # these: mean of the minutiae's score and of its fusion with the ridges
    agreement: float = 3.1
    spread: float = 1.3  # of agreement times the root of its area
    ridges_offset: float = -2.4
    unseen: float = -2.0  # offset where ridges are missing: at any FMR below 0.3 % no higher than with them


class ComparisonParameters(NamedTuple):
    """All of 1:1 comparison."""

    similarity: SimilarityParameters = SimilarityParameters()
    relaxation: RelaxationParameters = RelaxationParameters()
    alignment: AlignmentParameters = AlignmentParameters()
    agreement: AgreementParameters = AgreementParameters()
    score: ScoreParameters = ScoreParameters()


class ScanParameters(NamedTuple):
    """First stage of a search: for each finger the best seed-consistent sum of cylinder bonuses."""

    largest_turn_rad: float = 1.05
    common_bits: float = 2.0  # added to bits set and bits differing: nearly empty cylinders say little
    bonus_from: float = 0.7  # normalised distance below which a cylinder pair earns a bonus
    seeds: int = 5
    tolerance_px: float = 14.0
    tolerance_per_px: float = 0.12  # of the distance from the seed: skin stretches
    tolerance_rad: float = 0.45
    most_cylinders: int = 40  # at most 64: the scan keeps a cylinder's number in six bits
    lowest_quality: float = 0.35
    fewest_cylinders: int = 12
    quick_cylinders: int = 16  # of a finger in the quick scan, compared with the first 16 of the probe
    close_share: float = 0.03  # of the fingers looked at closely: 2 % hold 99.3 % of the mates, 20 % no more
    close_fewest: int = 1000
    compared: int = 100  # fingers handed to full comparison, or a share of those looked at: in ten times as
    compared_share: float = 0.0005  # many fingers ten times as many strangers come before a mate
    sparse_probe: int = 16  # a probe with fewer cylinders is scanned closely at once
    compared_if_sparse: int = 1000  # and needs a longer list; its comparisons take a third of the time
    same_position: int = 30  # more of them when probe and reference state the same finger


COMPARISON = ComparisonParameters()
PATIENT_COMPARISON = ComparisonParameters(
    similarity=SimilarityParameters(largest_turn_rad=math.tau),  # of a mark nobody knows which way is up
    alignment=AlignmentParameters(lowest_similarity=0.0, seeds=12, kept=4),  # the least clear is aligned too
)
SCAN = ScanParameters()


class ThoroughParameters(NamedTuple):
    """Search of marks: all fingers are scanned closely, at any turn, and the list for comparison is long."""

    probe: ScanParameters = SCAN._replace(
        largest_turn_rad=math.tau, most_cylinders=100, lowest_quality=0.0, seeds=8
    )
    fewest_compared: int = 1000
    most_compared: int = 4000
    compared_times_cylinders: int = 20000  # a mark with 10 cylinders gets a list of 2,000


THOROUGH = ThoroughParameters()
