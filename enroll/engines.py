"""The extractors of this process, opened once per model, and the step from image bytes to a template."""

import threading
from collections.abc import Callable
from typing import TypeVar

from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image
from biometrics.template import FingerPosition, Impression, Modality, Template
from core.settings import Settings
from enroll.foreign_samples import is_foreign_print, read_foreign_print
from matcher.fingerprint.warm_up import warm_up
from models.errors import ModelMissing, ModelUnknown
from records.generation_values import Made
from records.samples import Sample

ActiveModel = Callable[[Modality], str | None]
"""Names the model that probes of a modality are extracted with; None leaves it to the settings."""

E = TypeVar("E", FaceExtractor, FingerprintExtractor)


def by_the_settings(modality: Modality) -> None:
    """Leave the choice of every model to the settings."""


class Engines:
    """What turns samples into templates; safe for many threads.

    Probes are extracted with the models that `active` names, asked at each use, so that a switch to
    another generation needs no restart. Other models are opened when they are asked for by name.
    """

    def __init__(self, settings: Settings, active: ActiveModel = by_the_settings) -> None:
        self.limits = image_limits(settings)
        self._settings = settings
        self._active = active
        self._faces: dict[str, FaceExtractor] = {}
        self._fingers: dict[str, FingerprintExtractor] = {}
        self._opening = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, active: ActiveModel = by_the_settings) -> "Engines":
        """Load the models in use, and the compiled comparison, so that no officer waits for them.

        Raises:
            ModelMissing, ModelCorrupt: the message says how to mend it.
        """
        warm_up()
        engines = cls(settings, active)
        for modality in Modality:
            engines.producer(modality)
        return engines

    @property
    def face(self) -> FaceExtractor:
        """The extractor of faces that probes and enrolments get now."""
        return self.face_with(self.model(Modality.FACE))

    @property
    def finger(self) -> FingerprintExtractor:
        """The extractor of prints that probes and enrolments get now."""
        return self.finger_with(self.model(Modality.FINGER))

    def face_with(self, model: str) -> FaceExtractor:
        """Return the extractor of faces with this embedder of the manifest, opened at the first call."""
        return self._opened(
            self._faces,
            model,
            lambda: FaceExtractor.open(
                self._settings.face_detector, model, directory=self._settings.models_dir
            ),
        )

    def finger_with(self, model: str) -> FingerprintExtractor:
        """Return the extractor of prints with this network of the manifest, opened at the first call."""
        return self._opened(self._fingers, model, lambda: FingerprintExtractor.open(model))

    def model(self, modality: Modality) -> str:
        """Return the name of the model that probes are extracted with now."""
        return self._active(modality) or model_of_settings(self._settings, modality)

    def producer(self, modality: Modality) -> str:
        """Return the producer of the templates that are made now."""
        return self.made(modality).producer

    def made(self, modality: Modality, model: str | None = None) -> Made:
        """Return what a model makes here, the one in use when none is named."""
        name = model or self.model(modality)
        engine = self.face_with(name) if modality is Modality.FACE else self.finger_with(name)
        return Made(modality, name, engine.producer)

    def extract(
        self,
        data: bytes,
        modality: Modality,
        *,
        position: FingerPosition = FingerPosition.UNKNOWN,
        impression: Impression = Impression.PLAIN,
        dpi: float | None = None,
        face_index: int | None = None,
        model: str | None = None,
        sketch: bool = False,
    ) -> Template:
        """Decode an image and return its template.

        Args:
            dpi: Resolution of a print as stated by the sender, in dots per inch.
            face_index: Which face of a photograph with several.
            model: Of the manifest; the one in use when left out.
            sketch: The face is a drawing.

        Raises:
            SampleRejected: the message says what to send instead.
        """
        image = decode_image(data, self.limits)
        name = model or self.model(modality)
        if modality is Modality.FACE:
            return self.face_with(name).extract(image, face_index, sketch=sketch).template
        return self._finger(name, image, position, impression, dpi)

    def extract_sample(
        self, sample: Sample, data: bytes, model: str | None = None, *, sketch: bool = False
    ) -> Template:
        """Return the template of a kept sample, be it an image or another system's minutiae record.

        Args:
            data: The sample's decrypted bytes.
            model: Of the manifest; the one in use when left out.
            sketch: The face is a drawing.

        Raises:
            SampleRejected: the message says what to send instead.
        """
        if is_foreign_print(sample.modality, data):
            return read_foreign_print(data, sample.position).template
        return self.extract(
            data,
            sample.modality,
            position=sample.position,
            impression=sample.impression or Impression.PLAIN,
            dpi=sample.dpi,
            face_index=sample.face_index,
            model=model,
            sketch=sketch,
        )

    def _finger(
        self,
        model: str,
        image: DecodedImage,
        position: FingerPosition,
        impression: Impression,
        dpi: float | None,
    ) -> Template:
        extractor = self.finger_with(model)
        return extractor.extract(image, dpi=dpi, position=position, impression=impression).template

    def _opened(self, opened: dict[str, E], model: str, open_it: Callable[[], E]) -> E:
        if model not in opened:
            with self._opening:
                if model not in opened:
                    opened[model] = self._known(model, open_it)
        return opened[model]

    def _known(self, model: str, open_it: Callable[[], E]) -> E:
        try:
            return open_it()
        except ModelUnknown as problem:
            # A name from the records is no typing mistake: this machine lacks an entry that others have.
            if model not in map(self._active, Modality):
                raise
            raise ModelMissing(
                f"The manifest on this machine has no model '{model}', with which templates are made now. Put"
                " its entry and its file into the models directory of every machine.",
                model=model,
            ) from problem


def model_of_settings(settings: Settings, modality: Modality) -> str:
    """Return the model that an installation begins with."""
    return settings.face_embedder if modality is Modality.FACE else settings.minutiae_network


def image_limits(settings: Settings) -> ImageLimits:
    """Return the limits of one image in this installation."""
    return ImageLimits(max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels)
