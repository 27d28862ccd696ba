"""From the image of one finger to its template: resolution, minutiae, cylinders, ridges, quality."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound
from biometrics.fingerprint.marks.extractor import extract_mark
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.network import MinutiaeNetwork
from biometrics.fingerprint.one_print import check_one_print
from biometrics.fingerprint.parameters import MARKS, PARAMETERS, FingerprintParameters
from biometrics.fingerprint.polarity import has_light_ridges, turned_over
from biometrics.fingerprint.presence import blamed_on_resolution, check_presence, find_print
from biometrics.fingerprint.producer import FingerprintProducer, mark_producer
from biometrics.fingerprint.quality import judge
from biometrics.fingerprint.resolution import Resolution, decide_resolution, to_working_resolution
from biometrics.fingerprint.ridge_phase import NO_PHASE, RidgePhase, measure_phase
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import DecodedImage, to_grey
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Impression, Modality, Template
from models.registry import ModelEntry, model, of_task

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class FingerprintExtraction:
    """A template and what is needed to draw it over its image.

    Attributes:
        fingerprint: The template's content.
        scale: Pixels of the sample per pixel of the template (which is at 500 dpi).
        resolution: The resolution that was used, and whether it was assumed.
        impression: How the print was taken, as stated.
        inverted: Whether the sample shows light ridges on dark ground, and was turned over for extraction.
    """

    template: Template
    fingerprint: FingerprintTemplate
    scale: float
    resolution: Resolution
    impression: Impression
    inverted: bool

    @property
    def minutiae(self) -> Minutiae:
        """The minutiae, in pixels at 500 dpi, best first."""
        return self.fingerprint.minutiae


@dataclass(frozen=True)
class _Seen:
    """What an image shows, in its pixels at 500 dpi."""

    minutiae: Minutiae
    quality: Quality
    phase: RidgePhase
    inverted: bool


def producer_name(network: ModelEntry) -> str:
    """Return the name of what makes templates: the network, its version and the parameters' digest."""
    return f"{network.name}-{network.version}+mcc.{PARAMETERS.digest()}"


class FingerprintExtractor:
    """Turns images of single fingers into templates; one per process, usable from several threads."""

    def __init__(self, network: MinutiaeNetwork, producer: str, parameters: FingerprintParameters) -> None:
        self.producer = producer
        self.mark_producer = mark_producer(FingerprintProducer.parse(producer).origin)
        self._network = network
        self._parameters = parameters

    @classmethod
    def open(cls, network: str = "leader") -> "FingerprintExtractor":
        """Load the network named in the models' manifest.

        Raises:
            ModelMissing, ModelCorrupt: the message says how to fetch it.
            ManifestInvalid: the model is for something else.
        """
        entry = of_task(model(network), "minutiae_extraction")
        return cls(MinutiaeNetwork(entry, PARAMETERS.minutiae), producer_name(entry), PARAMETERS)

    def extract(
        self,
        image: DecodedImage,
        *,
        dpi: float | None = None,
        position: FingerPosition = FingerPosition.UNKNOWN,
        impression: Impression = Impression.PLAIN,
    ) -> FingerprintExtraction:
        """Return the template of the one print in ``image``; a mark's has a producer of its own.

        Args:
            dpi: Resolution as the sender states it; wins over the file's.

        Raises:
            NoFingerprintFound, SeveralPrintsFound, ResolutionUnusable, ImageTooSmall: say what to
                send instead.
        """
        steps = self._parameters
        resolution = decide_resolution(dpi, image.dpi, steps.resolution)
        grey = to_working_resolution(to_grey(image.pixels), resolution.dpi, steps.resolution)
        is_mark = impression is Impression.LATENT
        try:
            seen = self._mark(grey) if is_mark else self._print(grey, resolution)
        except (NoFingerprintFound, ImageTooSmall) as problem:
            raise blamed_on_resolution(resolution, steps.resolution) or problem from None
        fingerprint = FingerprintTemplate.from_minutiae(
            grey.shape[1], grey.shape[0], seen.minutiae, steps, seen.phase
        )
        producer = self.mark_producer if is_mark else self.producer
        template = Template(Modality.FINGER, producer, fingerprint.to_bytes(), seen.quality, position)
        scale = resolution.dpi / steps.resolution.working_dpi
        return FingerprintExtraction(template, fingerprint, scale, resolution, impression, seen.inverted)

    def _print(self, grey: Grey, resolution: Resolution) -> _Seen:
        steps = self._parameters
        box = find_print(grey, steps)
        crop = np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right])
        ridges = measure_ridges(crop, steps.ridges)
        inverted = has_light_ridges(ridges, steps.polarity)
        if inverted:
            crop, ridges = turned_over(crop, ridges)
        found = self._network.find(crop)
        check_presence(crop, found, ridges, resolution, steps)
        check_one_print(crop, steps.presence)
        phase = measure_phase(crop, box.left, box.top, steps.phase, steps.segmentation)
        return _Seen(found.shifted(box.left, box.top), judge(ridges, found, steps.quality), phase, inverted)

    def _mark(self, grey: Grey) -> _Seen:
        def find(reading: Grey) -> Minutiae:
            return self._network.find(reading, MARKS.lowest_reading)

        found, quality = extract_mark(grey, find, self._parameters, MARKS)
        # compared by minutiae alone: lines and letters have waves too; read both ways, so never inverted
        return _Seen(found, quality, NO_PHASE, False)
