"""What have all faces in common for an embedder, and how long are its vectors: what extraction takes away."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.face_samples import embed_all, read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.face.parameters import FACE
from biometrics.face.population import Population
from models.registry import model

LENGTHS_AT = (0.1, 20.0)
"""Percent of the photographs whose vectors are shorter than what counts as quality 0 and 1. Of the
shortest fifth two thirds of all missed pairs are made."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder per person, or MEDS mugshots")
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--out", type=Path, help="where the population goes (biometrics/face/populations/)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Average the people's mean vectors, made as the product makes them but for this step."""
    photographs = read_photographs(arguments.data)
    bare = replace(FACE, embedding=replace(FACE.embedding, centred=False))
    paths = [each.path for each in photographs]
    embedded = embed_all(paths, arguments.embedder, progress, arguments.processes, bare)
    usable = np.flatnonzero(embedded.usable)
    people = np.array([each.person for each in photographs])[usable]
    vectors = embedded.vectors[usable].astype(np.float64)
    means = np.stack([vectors[people == person].mean(axis=0) for person in np.unique(people)])
    low, high = np.percentile(embedded.lengths[usable], LENGTHS_AT)
    population = Population(
        embedder=model(arguments.embedder).producer,
        source=f"{len(usable)} photographs of {len(means)} people in {arguments.data.name}",
        mean=means.mean(axis=0).astype(np.float32),
        lengths=(round(float(low), 3), round(float(high), 3)),
    )
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(population.to_json(), encoding="utf-8")
    return {
        "data": describe_files(arguments.data.name, arguments.data, paths),
        "protocol": "mean over people of the mean of a person's unit vectors, before this mean is taken away",
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {"people": len(means), "photographs": len(photographs)},
        "metrics": {
            "length_of_mean": round(float(np.linalg.norm(population.mean)), 4),
            "vector_length_percentiles": {
                str(share): round(float(np.percentile(embedded.lengths[usable], share)), 3)
                for share in (0.1, 1, 5, 20, 50, 95)
            },
            "failures_to_extract": len(embedded.reasons),
        },
    }
