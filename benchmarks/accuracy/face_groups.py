"""Does the report on groups tell groups apart whose strangers match more often, and how long does it take?"""

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kept_embeddings import FaceSet, add_face_arguments, read_faces
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import Modality
from matcher.calibration import calibration_for
from matcher.face.strangers import alike_pairs
from matcher.fairness import GroupRate, rates_by_group
from matcher.parameters import FAIRNESS

RATES = (1e-1, 1e-2, 1e-3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="one folder for each group")
    add_face_arguments(parser)


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Report on the folders as groups, with one photograph of each person, as the service does."""
    sets = [read_faces([folder], arguments, progress) for folder in arguments.data]
    payloads = [payload for each in sets for payload in _first_of_each(each)]
    named = list(zip(arguments.data, sets, strict=True))
    labels = [folder.name for folder, each in named for _ in range(each.persons)]
    calibration = calibration_for(Modality.FACE, sets[0].producer)
    metrics: dict[str, Any] = {}
    intervals: dict[str, Any] = {}
    for rate in RATES:
        pairs, scores = alike_pairs(payloads, calibration.score_at(rate))
        strangers = scores < calibration.score_at(calibration.least_rate)
        found = rates_by_group("set", labels, pairs[strangers], rate)
        key = f"stated_{rate:.0e}"
        across = [found.across] if found.across else []
        metrics[key] = {each.group: _described(each) for each in (*found.groups, *across)}
        metrics[key]["unequal"] = [asdict(each) for each in found.unequal]
        intervals[key] = {each.group: {"rate": list(each.interval)} for each in (*found.groups, *across)}
    metrics["cpu_s_for_a_full_sample"] = _time()
    return {
        "data": [describe_files(at.name, at, paths) for each in sets for at, paths in each.paths.items()],
        "protocol": "one photograph of each person, all pairs within each folder and across",
        "producer": sets[0].producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {folder.name: each.persons for folder, each in named},
        "metrics": metrics,
        "intervals": intervals,
        "curves": {"groups": {group: _curve(metrics, intervals, group) for group in dict.fromkeys(labels)}},
    }


def _first_of_each(faces: FaceSet) -> list[bytes]:
    units = faces.vectors[faces.first] - (faces.population.mean if faces.population else 0.0)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    return [unit.astype("<f4").tobytes() for unit in units]


def _described(rate: GroupRate) -> dict[str, Any]:
    return {
        "rate": rate.rate,
        "matches": rate.matches,
        "comparisons": rate.comparisons,
        "too_few": rate.too_few,
    }


def _curve(metrics: dict[str, Any], intervals: dict[str, Any], group: str) -> dict[str, list[float]]:
    keys = [f"stated_{rate:.0e}" for rate in RATES]
    return {
        "stated": list(RATES),
        "observed": [metrics[key][group]["rate"] for key in keys],
        "low": [intervals[key][group]["rate"][0] for key in keys],
        "high": [intervals[key][group]["rate"][1] for key in keys],
    }


def _time() -> float:
    """Return the processor seconds for as many people as a report compares, in three groups."""
    random = np.random.default_rng(1)
    vectors = random.normal(size=(FAIRNESS.sampled_people, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    payloads = [vector.tobytes() for vector in vectors]
    labels = [str(place % 3) for place in range(len(payloads))]
    started = time.process_time()
    pairs, _ = alike_pairs(payloads, 0.3)
    rates_by_group("made", labels, pairs, 1e-3)
    return round(time.process_time() - started, 2)
