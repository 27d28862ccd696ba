"""From the image of one finger to its template: resolution, foreground, minutiae, cylinders, quality."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.network import MinutiaeNetwork
from biometrics.fingerprint.parameters import PARAMETERS, FingerprintParameters
from biometrics.fingerprint.quality import judge
from biometrics.fingerprint.resolution import (
    Resolution,
    check_ridge_period,
    decide_resolution,
    to_working_resolution,
)
from biometrics.fingerprint.ridges import RidgeMap, measure_ridges
from biometrics.fingerprint.segmentation import Box, bounding_box, foreground
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import DecodedImage, to_grey
from biometrics.template import FingerPosition, Impression, Modality, Template
from models.registry import model

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class FingerprintExtraction:
    """A template and what is needed to draw it over its image.

    Attributes:
        fingerprint: The template's content.
        scale: Pixels of the sample per pixel of the template (which is at 500 dpi).
        resolution: The resolution that was used, and whether it was assumed.
        impression: How the print was taken, as stated.
    """

    template: Template
    fingerprint: FingerprintTemplate
    scale: float
    resolution: Resolution
    impression: Impression

    @property
    def minutiae(self) -> Minutiae:
        """The minutiae, in pixels at 500 dpi, best first."""
        return self.fingerprint.minutiae


class FingerprintExtractor:
    """Turns images of single fingers into templates; one per process, usable from several threads."""

    def __init__(self, network: MinutiaeNetwork, producer: str, parameters: FingerprintParameters) -> None:
        self.producer = producer
        self._network = network
        self._parameters = parameters

    @classmethod
    def open(cls, network: str = "leader") -> "FingerprintExtractor":
        """Load the network named in the models' manifest.

        Raises:
            ModelMissing, ModelCorrupt: the message says how to fetch it.
        """
        entry = model(network)
        producer = f"{entry.name}-{entry.version}+mcc.{PARAMETERS.digest()}"
        return cls(MinutiaeNetwork(entry, PARAMETERS.minutiae), producer, PARAMETERS)

    def extract(
        self,
        image: DecodedImage,
        *,
        dpi: float | None = None,
        position: FingerPosition = FingerPosition.UNKNOWN,
        impression: Impression = Impression.PLAIN,
    ) -> FingerprintExtraction:
        """Return the template of the one print in ``image``.

        Args:
            dpi: Resolution as the sender states it; wins over the file's.

        Raises:
            NoFingerprintFound, ResolutionUnusable, ImageTooSmall: say what to send instead.
        """
        steps = self._parameters
        resolution = decide_resolution(dpi, image.dpi, steps.resolution)
        grey = to_working_resolution(to_grey(image.pixels), resolution.dpi, steps.resolution)
        box = self._find_print(grey)
        crop = np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right])
        ridges = measure_ridges(crop, steps.ridges)
        self._check_ridges(ridges, resolution)
        found = self._network.find(crop)
        self._check_minutiae(found, ridges, impression)
        moved = Minutiae(
            found.x + box.left, found.y + box.top, found.angle_rad, found.bifurcation, found.quality
        )
        fingerprint = FingerprintTemplate.from_minutiae(grey.shape[1], grey.shape[0], moved, steps)
        template = Template(
            Modality.FINGER,
            self.producer,
            fingerprint.to_bytes(),
            judge(ridges, found, steps.quality),
            position,
        )
        scale = resolution.dpi / steps.resolution.working_dpi
        return FingerprintExtraction(template, fingerprint, scale, resolution, impression)

    def _find_print(self, grey: Grey) -> Box:
        limits = self._parameters.resolution
        if min(grey.shape) < limits.smallest_side_px:
            raise ImageTooSmall(
                "The image shows less than a quarter inch of finger: send the whole fingertip at 500 dpi.",
                width_px=grey.shape[1],
                height_px=grey.shape[0],
            )
        box = bounding_box(foreground(grey, self._parameters.segmentation), self._parameters.segmentation.margin_px)
        if box is None or int(grey.max()) - int(grey.min()) < limits.smallest_range:
            raise NoFingerprintFound("The image is blank: put the finger on the scanner and take it again.")
        if max(box.right - box.left, box.bottom - box.top) > limits.largest_side_px:
            raise NoFingerprintFound(
                "The image shows more than one finger's area: send each finger as an image of its own.",
                width_px=box.right - box.left,
                height_px=box.bottom - box.top,
            )
        return box

    def _check_ridges(self, ridges: RidgeMap, resolution: Resolution) -> None:
        """Where waves are found at all, their length must be that of ridges."""
        if ridges.ridged_area_px >= self._parameters.quality.smallest_ridged_area_px:
            check_ridge_period(ridges.typical_period_px(), resolution, self._parameters.resolution)

    def _check_minutiae(self, found: Minutiae, ridges: RidgeMap, impression: Impression) -> None:
        """A print has ridges, or at least minutiae the network is sure of; a mark may have little of both."""
        limits = self._parameters.quality
        sure = int((found.quality >= limits.sure_minutia).sum())
        enough_ridges = ridges.ridged_area_px >= limits.smallest_ridged_area_px
        needed = limits.fewest_in_mark if impression is Impression.LATENT else limits.fewest_minutiae
        if len(found) < needed or (not enough_ridges and sure < limits.sure_without_ridges):
            raise NoFingerprintFound(
                "No fingerprint is to be seen: send the image of one finger, ridges dark on light, at 500 dpi.",
                minutiae=len(found),
                ridged_mm2=round(ridges.ridged_area_px * (25.4 / 500) ** 2, 1),
            )
