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

    lowest_similarity: float = 0.014  # LGS-R of four in ten non-mates; no mate of FVC2002 is below
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


class ScoreParameters(NamedTuple):
    """Fusion of relaxed similarity and pairing, logistic regression on FVC2002."""

    hull_margin_px: float = 60.0
    shrinkage: float = 8.0  # minutiae added to the overlap: FNMR at FMR 3e-5 falls from 9.3 % to 2.1 %
    similarity: float = 34.86
    ratio: float = 47.73
    weight: float = -3.08
    offset: float = -17.45


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
    compared: int = 100  # fingers handed to full comparison
    sparse_probe: int = 16  # a probe with fewer cylinders is scanned closely at once
    compared_if_sparse: int = 1000  # and needs a longer list; its comparisons take a third of the time
    same_position: int = 30  # more of them when probe and reference state the same finger


SIMILARITY = SimilarityParameters()
ANY_TURN = SIMILARITY._replace(largest_turn_rad=math.tau)  # of a mark nobody knows which way is up
RELAXATION = RelaxationParameters()
ALIGNMENT = AlignmentParameters()
PATIENT = ALIGNMENT._replace(lowest_similarity=0.0, seeds=12, kept=4)  # the least clear mark is aligned too
SCORE = ScoreParameters()
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
