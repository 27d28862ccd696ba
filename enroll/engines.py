"""The two extractors of this process, opened once, and the step from image bytes to a template."""

from dataclasses import dataclass

from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image
from biometrics.template import FingerPosition, Impression, Modality, Template
from core.settings import Settings
from matcher.fingerprint.warm_up import warm_up


@dataclass(frozen=True)
class Engines:
    """What turns samples into templates; safe for many threads."""

    face: FaceExtractor
    finger: FingerprintExtractor
    limits: ImageLimits

    @classmethod
    def open(cls, settings: Settings) -> "Engines":
        """Load the models the settings name, and the compiled comparison, so that no officer waits for it.

        Raises:
            ModelMissing, ModelCorrupt: the message says how to mend it.
        """
        warm_up()
        return cls(
            face=FaceExtractor.open(
                settings.face_detector, settings.face_embedder, directory=settings.models_dir
            ),
            finger=FingerprintExtractor.open(settings.minutiae_network),
            limits=image_limits(settings),
        )

    def producer(self, modality: Modality) -> str:
        """Return the producer of the templates that are made now."""
        return self.face.producer if modality is Modality.FACE else self.finger.producer

    def extract(
        self,
        data: bytes,
        modality: Modality,
        *,
        position: FingerPosition = FingerPosition.UNKNOWN,
        impression: Impression = Impression.PLAIN,
        dpi: float | None = None,
        face_index: int | None = None,
    ) -> Template:
        """Decode an image and return its template.

        Args:
            dpi: Resolution of a print as stated by the sender, in dots per inch.
            face_index: Which face of a photograph with several.

        Raises:
            SampleRejected: the message says what to send instead.
        """
        image = decode_image(data, self.limits)
        if modality is Modality.FACE:
            return self.face.extract(image, face_index).template
        return self._finger(image, position, impression, dpi)

    def _finger(
        self, image: DecodedImage, position: FingerPosition, impression: Impression, dpi: float | None
    ) -> Template:
        return self.finger.extract(image, dpi=dpi, position=position, impression=impression).template


def image_limits(settings: Settings) -> ImageLimits:
    """Return the limits of one image in this installation."""
    return ImageLimits(max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels)
