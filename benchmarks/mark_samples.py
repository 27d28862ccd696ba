"""Simulated marks of a fingerprint test set: made from its prints, read as marks and as plain prints."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.finger_samples import PrintSet
from benchmarks.grey_prints import WORKING_DPI, grey_at_500_dpi
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import DecodedImage
from biometrics.template import Impression
from datasets.synthetic.marks import make_mark


@dataclass(frozen=True)
class MarkSample:
    """One mark.

    Attributes:
        source: Place of the print it was made from.
        payload: Template as a mark, None where nothing was found.
        plain: Template as a plain print, None where it was refused.
    """

    source: int
    share: float
    ground: str
    inverted: bool
    payload: bytes | None
    plain: bytes | None


def make_marks(
    prints: PrintSet,
    sources: Sequence[int],
    shares: tuple[float, float],
    dpi: float | None,
    seed: int,
    progress: ProgressLike,
    *,
    as_plain_too: bool,
) -> list[MarkSample]:
    """Make one mark of each of the given prints and extract it."""
    extractor = FingerprintExtractor.open()
    samples = []
    for source in progress.track(sources, len(sources), "marks"):
        random = np.random.default_rng((seed, source))
        grey = grey_at_500_dpi(prints.paths[source], dpi)
        mark = make_mark(np.ascontiguousarray(grey), float(random.uniform(*shares)), random)
        shown = DecodedImage(mark.image, WORKING_DPI, "PNG")
        samples.append(
            MarkSample(
                source=int(source),
                share=mark.share,
                ground=mark.ground,
                inverted=mark.inverted,
                payload=_payload(extractor, shown, Impression.LATENT),
                plain=_payload(extractor, shown, Impression.PLAIN) if as_plain_too else None,
            )
        )
    return samples


def _payload(extractor: FingerprintExtractor, image: DecodedImage, impression: Impression) -> bytes | None:
    try:
        return extractor.extract(image, impression=impression).template.payload
    except SampleRejected:
        return None
