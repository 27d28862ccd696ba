"""The embeddings of a face test set, kept between runs for as long as the extractor stays the same."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import Embedded, LabelledPhotograph, embed_all, read_photographs
from benchmarks.impostor_pairs import People, Vectors, uncentred
from benchmarks.progress import ProgressLike
from biometrics.face.extractor import FaceExtractor
from biometrics.face.population import Population, population_of
from models.registry import model


@dataclass(frozen=True)
class FaceSet:
    """The usable photographs of one or more folders.

    Attributes:
        vectors: Unit vectors before the mean of all faces was taken away.
        people: Whose each is, numbered from 0 without gaps.
        first: Which are the first of their person: the gallery's.
        paths: Of all photographs, by folder, usable or not.
    """

    vectors: Vectors
    people: People
    first: NDArray[np.bool_]
    producer: str
    population: Population | None
    paths: dict[Path, list[Path]]
    failures: int

    @property
    def persons(self) -> int:
        """Number of people with a usable photograph."""
        return int(self.people.max()) + 1

    @property
    def photographs(self) -> int:
        """Number of photographs, usable or not."""
        return sum(len(each) for each in self.paths.values())

    def described(self) -> str:
        """Name the folders and how much of them there is."""
        return " and ".join(f"{folder.name} ({len(paths)})" for folder, paths in self.paths.items())


def add_face_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which model extracts and where its embeddings are kept."""
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--kept", type=Path, help="folder that keeps the embeddings for the next run")


def read_faces(folders: Sequence[Path], arguments: argparse.Namespace, progress: ProgressLike) -> FaceSet:
    """Extract the photographs of the folders, or read what was kept of them; no person is in two folders."""
    vectors, labels, firsts, paths, failures = [], [], [], {}, 0
    producer = ""
    for folder in folders:
        photographs = read_photographs(folder)
        embedded = _embedded(folder, photographs, arguments, progress)
        usable = np.flatnonzero(embedded.usable)
        vectors.append(embedded.vectors[usable])
        labels += [f"{folder}/{photographs[place].person}" for place in usable]
        firsts += [_is_first(photographs, int(place)) for place in usable]
        paths[folder] = [each.path for each in photographs]
        failures += len(photographs) - len(usable)
        producer = embedded.producer
    population = population_of(model(arguments.embedder).producer)
    people = np.unique(labels, return_inverse=True)[1]
    bare = uncentred(np.concatenate(vectors), population)
    return FaceSet(bare, people, np.array(firsts), producer, population, paths, failures)


def _is_first(photographs: Sequence[LabelledPhotograph], place: int) -> bool:
    return place == 0 or photographs[place - 1].person != photographs[place].person


def _embedded(
    folder: Path,
    photographs: Sequence[LabelledPhotograph],
    arguments: argparse.Namespace,
    progress: ProgressLike,
) -> Embedded:
    paths = [each.path for each in photographs]
    if arguments.kept is None:
        return embed_all(paths, arguments.embedder, progress, arguments.processes)
    producer = FaceExtractor.open(embedder=arguments.embedder).producer
    file = arguments.kept / f"{folder.name}-{producer}.npz"
    if not file.exists():
        made = embed_all(paths, arguments.embedder, progress, arguments.processes)
        arguments.kept.mkdir(parents=True, exist_ok=True)
        np.savez(file, vectors=made.vectors, lengths=made.lengths, quality=made.quality)
        return made
    with np.load(file) as kept:
        vectors = kept["vectors"]
        failed = {int(place): "failed when it was kept" for place in np.flatnonzero(np.isnan(vectors[:, 0]))}
        return Embedded(vectors, kept["lengths"], kept["quality"], producer, failed)
