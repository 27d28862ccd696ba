"""Sets of several photographs of one person each, compared by the best pair, by their means, and by both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import the_subject
from benchmarks.photo_degradations import degrade, draw_fault
from biometrics.errors import SampleRejected
from biometrics.face.extractor import FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image, to_bgr
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Reference
from matcher.face.parameters import FACE_AVERAGE
from matcher.gallery import Gallery
from matcher.parameters import MATCHER
from matcher.search import identify

SEED = 5
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class PhotoSet:
    """Photographs said to be of one person.

    Attributes:
        person: Whose they are said to be.
        vectors: One row each, of length 1.
        shown: Everybody who is in truth on them.
    """

    person: int
    vectors: Matrix
    quality: NDArray[np.float64]
    shown: frozenset[int]

    def with_more(self, other: "PhotoSet") -> "PhotoSet":
        """Return both sets as one of this person."""
        return PhotoSet(
            self.person,
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.quality, other.quality]),
            self.shown | other.shown,
        )

    def mean(self, *, weighted: bool) -> Matrix:
        """Return the mean at length 1."""
        weights = np.maximum(self.quality, FACE_AVERAGE.least_quality) ** FACE_AVERAGE.power
        mean = np.average(self.vectors, axis=0, weights=weights if weighted else None)
        return np.asarray(mean / np.linalg.norm(mean))


@dataclass(frozen=True)
class Compared:
    """Probes x gallery: the highest score of any pair of photographs, and the rates of each way."""

    highest: Matrix
    rates: dict[str, Matrix]


def compare_sets(
    gallery: Sequence[PhotoSet], probes: Sequence[PhotoSet], calibration: Calibration, *, weighted: bool
) -> Compared:
    """Compare every probe with every person enrolled.

    Args:
        weighted: By quality; otherwise all photographs count alike.
    """
    every = (
        np.concatenate([each.vectors for each in probes])
        @ np.concatenate([each.vectors for each in gallery]).T
    )
    starts = [np.cumsum([0, *(len(each.vectors) for each in sets)])[:-1] for sets in (probes, gallery)]
    highest = np.maximum.reduceat(np.maximum.reduceat(every, starts[1], axis=1), starts[0], axis=0)
    means = [np.stack([each.mean(weighted=weighted) for each in sets]) for sets in (probes, gallery)]
    references = np.array([len(each.vectors) for each in gallery])[None]
    photographs = np.array([len(each.vectors) for each in probes])[:, None]
    best = np.minimum(1.0, photographs * -np.expm1(references * np.log1p(-_rates(highest, calibration))))
    mean = _rates(means[0] @ means[1].T, calibration)
    share = MATCHER.averaged_share
    both = np.minimum(1.0, np.minimum(best / (1 - share), mean / share))
    return Compared(
        highest,
        {
            "one": _rates(every[np.ix_(*starts)], calibration),
            "best": best,
            "mean": mean,
            "both": np.where(references * photographs == 1, best, both),
        },
    )


def _rates(scores: Matrix, calibration: Calibration) -> Matrix:
    # a rate of 1 would be a logarithm of 0
    return np.minimum(calibration.false_match_rates(scores.ravel()), 1 - 1e-9).reshape(scores.shape)


def searched_by_product(
    gallery: Sequence[PhotoSet], probes: Sequence[PhotoSet], calibration: Calibration
) -> dict[str, float]:
    """Return how often the product's search, short list and all, gives the mate the same rate as above."""
    held = Gallery(calibrations=lambda *_: calibration)
    owners = [(each.person, row) for each in gallery for row in each.vectors]
    held.load([_reference(number, *owner) for number, owner in enumerate(owners)], 1)
    rates = compare_sets(gallery, probes, calibration, weighted=False).rates["both"]
    agree, found = [], []
    for probe, row in zip(probes, rates, strict=True):
        result = identify(held, [_template(vector) for vector in probe.vectors])
        mate = next((each for each in result.candidates if each.subject.int == probe.person), None)
        found.append(mate is not None)
        agree.append(
            mate is not None and bool(np.isclose(mate.false_match_rate, row[probe.person], rtol=1e-3))
        )
    return {"mate_listed": float(np.mean(found)), "same_rate_of_the_mate": float(np.mean(agree))}


def _payload(vector: Matrix) -> bytes:
    return bytes(vector.astype("<f4").tobytes())


def _reference(number: int, person: int, vector: Matrix) -> Reference:
    owner = UUID(int=person)
    return Reference(number, owner, Modality.FACE, "measured", FingerPosition.UNKNOWN, _payload(vector))


def _template(vector: Matrix) -> Template:
    return Template(Modality.FACE, "measured", _payload(vector), Quality(1.0))


def with_one_fault(chosen: Iterable[tuple[int, Path]], embedder: str) -> Iterator[tuple[int, PhotoSet]]:
    """Yield each person's photograph with one drawn fault, unless the extractor refuses it."""
    extractor = FaceExtractor.open(embedder=embedder)
    for person, path in chosen:
        bgr = to_bgr(decode_image(path.read_bytes(), ImageLimits()).pixels)
        whole = DecodedImage(bgr, None, "PNG")
        face = the_subject(extractor.find(whole), whole)
        image = DecodedImage(degrade(bgr, face.box, *draw_fault(person, SEED)), None, "PNG")
        faces = extractor.find(image)
        if not faces:
            continue
        try:
            template = extractor.extract_face(image, the_subject(faces, image)).template
        except SampleRejected:
            continue
        vector = np.frombuffer(template.payload, "<f4").astype(np.float64)[None]
        yield person, PhotoSet(person, vector, np.array([template.quality.value]), frozenset({person}))
