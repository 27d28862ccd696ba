"""What is a face score worth: fits false-match rates, with their interval, on pairs of different people.

Many people of all kinds give a curve: the population mixed. A few of the kind that police photograph, more
alike than those, move it: the population mugshots (docs/decisions/0013-stated-rates-are-cautious.md). One
file holds both.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.impostor_pairs import Impostors, crossfitted_pairs, pairs_centred_by, without_label_errors
from benchmarks.impostor_tail import calibration_of, spread_of_couples
from benchmarks.kept_embeddings import FaceSet, add_face_arguments, read_faces
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.tail_checks import RATES
from matcher.calibration import calibrations_to_json
from matcher.parameters import TAIL
from matcher.populations import MIXED, MUGSHOTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="many people; no person in two")
    parser.add_argument(
        "--alike", type=Path, nargs="+", help="people as the operator's: own photographs, MEDS"
    )
    parser.add_argument("--out", type=Path, help="where the calibration goes (matcher/face/calibration.json)")
    add_face_arguments(parser)


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fit on everything there is; accuracy/face_calibration judges this way of fitting on other people."""
    many = read_faces(arguments.data, arguments, progress)
    impostors, label_errors = without_label_errors(pairs_as_compared(many))
    alike, few = None, None
    if arguments.alike:
        few = read_faces(arguments.alike, arguments, progress)
        mean = few.population.mean.astype(np.float64) if few.population else np.zeros(few.vectors.shape[1])
        alike, more = without_label_errors(pairs_centred_by(few.vectors, few.people, mean))
        label_errors += more
    protocol = protocol_of(many, few)
    progress.say("fitting, and fitting again to people drawn with replacement")
    mixed, curve = calibration_of(impostors, None, many.producer, protocol_of(many, None), population=MIXED)
    fitted = [mixed]
    if alike:
        fitted.insert(0, calibration_of(impostors, alike, many.producer, protocol, population=MUGSHOTS)[0])
    if arguments.out:
        arguments.out.write_text(calibrations_to_json(fitted), encoding="utf-8")
    moved = spread_of_couples(alike) if alike else curve.spread
    return {
        "data": [
            describe_files(at.name, at, paths)
            for each in filter(None, (many, few))
            for at, paths in each.paths.items()
        ],
        "protocol": protocol,
        "producer": many.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "people": many.persons,
            "photographs": many.photographs,
            "impostor": len(impostors.scores),
            "alike_people": few.persons if few else 0,
            "alike_photographs": few.photographs if few else 0,
            "alike_impostor": len(alike.scores) if alike else 0,
            "left_out_as_label_errors": label_errors,
        },
        "metrics": {
            "tail_shape": round(curve.shape, 4),
            "tail_scale": round(curve.scale, 5),
            "mean": round(curve.spread.mean, 4),
            "deviation": round(curve.spread.deviation, 4),
            "alike_mean": round(moved.mean, 4),
            "alike_deviation": round(moved.deviation, 4),
            "measured_to": round(fitted[0].measured_to, 4),
            "score_at": {
                each.population: {f"{rate:.0e}": round(each.score_at(rate), 4) for rate in RATES}
                for each in fitted
            },
            "failures_to_extract": many.failures + (few.failures if few else 0),
        },
    }


def pairs_as_compared(many: FaceSet) -> Impostors:
    """Return all pairs of different people, centred only where the product does so for this embedder.

    Strangers are less alike once the mean is taken away: rates fitted on centred vectors would be far
    too low for an embedder without a population, whose templates keep it.
    """
    if many.population is None:
        return pairs_centred_by(many.vectors, many.people, np.zeros(many.vectors.shape[1]))
    return crossfitted_pairs(many.vectors, many.people)


def protocol_of(many: FaceSet, few: FaceSet | None) -> str:
    """Say what a calibration was fitted on."""
    shared = "taken from other people" if many.population else "left in, as in this embedder's templates"
    text = (
        f"all pairs of photographs of different people in {many.described()}, what all faces share {shared}; "
        f"tail: generalised Pareto from {TAIL.begins_at}"
    )
    if few is None:
        return text
    return f"{text}; moved to mean and spread of all pairs of different people in {few.described()}"
