"""Are the fingers of a slap found, boxed and named? Slaps composed of invented and of real single prints."""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.slap_samples import Case, cases_for, composed_of_real, invented, real_prints
from biometrics.errors import SampleRejected
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.geometry import axes
from biometrics.fingerprint.slaps.segmenter import (
    SlapFinger,
    SlapKind,
    SlapRequest,
    SlapSegmentation,
    segment,
)
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition
from datasets.synthetic.slaps import TrueFinger

TOLERANCE_PX = 64.0
"""Per side of a box, at 500 dpi."""


@dataclass
class Tally:
    """Counts over the slaps of one group."""

    slaps: int = 0
    fingers: int = 0
    boxes: int = 0
    rotated: int = 0
    named: int = 0
    named_told_hand: int = 0
    right: int = 0
    right_told_hand: int = 0
    extra: int = 0
    hands: int = 0
    hands_right: int = 0
    rejected: int = 0
    angle_errors: list[float] | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, help="folder with DB*/<finger>_<impression>.*, for real prints")
    parser.add_argument("--slaps", type=int, default=90, help="four-finger slaps per group (default 90)")
    parser.add_argument("--seed", type=int, default=1000, help="first person's number (default 1000)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Segment every slap twice: the hand to be decided, and the hand stated."""
    cases: Iterable[Case] = invented(arguments.seed, arguments.slaps)
    total, files = cases_for(arguments.slaps), list[Path]()
    if arguments.data:
        real, files = real_prints(arguments.data)
        cases = chain(cases, composed_of_real(arguments.seed, arguments.slaps, real))
        total *= 2
    tallies: dict[str, Tally] = {}
    misses: list[str] = []
    confidences: list[tuple[float, bool]] = []
    seconds = 0.0
    for case in progress.track(cases, total, "segmenting"):
        tally = tallies.setdefault(case.group, Tally(angle_errors=[]))
        start = time.process_time()
        answer, told = _segmented(case, None), _segmented(case, case.slap.hand)
        seconds += time.process_time() - start
        judge(tally, case, answer, told, confidences, misses)
    data: dict[str, Any] = {"invented": "composed by datasets.synthetic.slaps", "seed": arguments.seed}
    if arguments.data:
        data["real"] = describe_files(arguments.data.name, arguments.data, files)
    return {
        "data": data,
        "protocol": (
            f"a box is right when each of its four sides lies within {TOLERANCE_PX:g} px of the true one at"
            " 500 dpi (upright bounds of the print; rotated: sides of the rotated box in the true finger's"
            " frame); truth is each single print's foreground before it was laid into the slap; missing"
            " fingers are stated; right: box and position, hand decided from the image; right_told_hand:"
            " box and position, hand stated. Hands of real prints are dealt at random, the narrowest of the"
            " four prints is the little finger; prints of two joints or strips are left out"
        ),
        "models_used": [],
        "counts": {
            group: {"slaps": tally.slaps, "fingers": tally.fingers} for group, tally in tallies.items()
        },
        "metrics": {group: shares(tally) for group, tally in tallies.items()}
        | {
            "all": shares(_sum(list(tallies.values()))),
            "hand_confidence": reliability(confidences),
            "cpu_ms_per_slap": round(1e3 * seconds / 2 / max(sum(t.slaps for t in tallies.values()), 1), 1),
        },
        "misses": misses,
    }


def _segmented(case: Case, hand: Hand | None) -> SlapSegmentation | None:
    truth = case.slap
    position = FingerPosition.UNKNOWN
    if truth.kind is SlapKind.SINGLE_FINGER:
        position = truth.fingers[0].position
    request = SlapRequest(truth.kind, hand, position, case.missing)
    try:
        return segment(DecodedImage(truth.pixels, 500.0, "PNG"), request)
    except SampleRejected:
        return None


def judge(
    tally: Tally,
    case: Case,
    answer: SlapSegmentation | None,
    told: SlapSegmentation | None,
    confidences: list[tuple[float, bool]],
    misses: list[str],
) -> None:
    """Add one slap to its group's counts."""
    before = replace(tally)
    tally.slaps += 1
    tally.fingers += len(case.slap.fingers)
    if answer is None or told is None:
        tally.rejected += 1
        misses.append(f"{case.group} {tally.slaps - 1}: rejected")
        return
    if case.slap.kind is SlapKind.FOUR_FINGERS:
        tally.hands += 1
        tally.hands_right += answer.hand is case.slap.hand
        confidences.append((answer.hand_confidence, answer.hand is case.slap.hand))
    tally.extra += max(len(answer.fingers) - len(case.slap.fingers), 0)
    for true in case.slap.fingers:
        _judge_finger(tally, true, answer.fingers, told.fingers)
    lost = len(case.slap.fingers) - (tally.right_told_hand - before.right_told_hand)
    if lost:
        misses.append(f"{case.group} {tally.slaps - 1}: {lost} of {len(case.slap.fingers)}")


def _judge_finger(
    tally: Tally, true: TrueFinger, answer: Sequence[SlapFinger], told: Sequence[SlapFinger]
) -> None:
    found, again = _nearest(true, answer), _nearest(true, told)
    if found is not None:
        close = _within(true, found)
        tally.boxes += close
        tally.rotated += _within_rotated(true, found)
        tally.named += found.position is true.position
        tally.right += close and found.position is true.position
        assert tally.angle_errors is not None
        tally.angle_errors.append(abs(found.box.angle_rad - true.box.angle_rad))
    if again is not None:
        tally.named_told_hand += again.position is true.position
        tally.right_told_hand += _within(true, again) and again.position is true.position


def _nearest(true: TrueFinger, fingers: Sequence[SlapFinger]) -> SlapFinger | None:
    """Return the found finger whose middle lies inside the true one's box, the nearest if several."""
    best: tuple[float, SlapFinger] | None = None
    for finger in fingers:
        offset = axes(true.box.angle_rad) @ (
            finger.box.center_x - true.box.center_x,
            finger.box.center_y - true.box.center_y,
        )
        if abs(offset[0]) < true.box.width / 2 and abs(offset[1]) < true.box.height / 2:
            distance = float(np.hypot(*offset))
            if best is None or distance < best[0]:
                best = (distance, finger)
    return best[1] if best else None


def _within(true: TrueFinger, found: SlapFinger) -> bool:
    a, b = true.bounds, found.bounds
    sides = np.array([a.left - b.left, a.top - b.top, a.right - b.right, a.bottom - b.bottom])
    return bool((np.abs(sides) <= TOLERANCE_PX).all())


def _within_rotated(true: TrueFinger, found: SlapFinger) -> bool:
    frame = axes(true.box.angle_rad)
    corners = (found.box.corners() - (true.box.center_x, true.box.center_y)) @ frame.T
    half = np.array([true.box.width, true.box.height]) / 2
    sides = np.concatenate([corners.min(0) + half, corners.max(0) - half])
    return bool((np.abs(sides) <= TOLERANCE_PX).all())


def shares(tally: Tally) -> dict[str, float]:
    """Return the counts as shares of the fingers, or of the slaps where they count slaps."""
    fingers, errors = max(tally.fingers, 1), np.degrees(tally.angle_errors or [0.0])
    result = {
        "right": tally.right / fingers,
        "right_told_hand": tally.right_told_hand / fingers,
        "boxes_within_tolerance": tally.boxes / fingers,
        "rotated_within_tolerance": tally.rotated / fingers,
        "positions": tally.named / fingers,
        "positions_told_hand": tally.named_told_hand / fingers,
        "extra_fingers_per_slap": tally.extra / max(tally.slaps, 1),
        "slaps_rejected": tally.rejected / max(tally.slaps, 1),
        "angle_error_median_deg": float(np.median(errors)),
        "angle_error_95_percent_deg": float(np.percentile(errors, 95)),
    }
    if tally.hands:
        result["hands_decided_right"] = tally.hands_right / tally.hands
    return {name: round(value, 4) for name, value in result.items()}


def reliability(confidences: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Return how often the decided hand was right, by the confidence stated."""
    steps = [(0.5, 0.8), (0.8, 0.95), (0.95, 1.01)]
    table: dict[str, Any] = {}
    for low, high in steps:
        inside = [right for sure, right in confidences if low <= sure < high]
        if inside:
            table[f"{low:g}-{min(high, 1):g}"] = {
                "slaps": len(inside),
                "right": round(float(np.mean(inside)), 4),
            }
    return table


def _sum(tallies: Sequence[Tally]) -> Tally:
    total = Tally(angle_errors=[])
    for tally in tallies:
        for name, value in vars(tally).items():
            setattr(total, name, getattr(total, name) + value)
    return total
