"""From a decoded photograph to a face template: find, choose, align, embed, judge."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from biometrics.errors import FaceTooSmall, NoFaceFound, SeveralFacesFound
from biometrics.face.aligner import align
from biometrics.face.detected import DetectedFace
from biometrics.face.detector import FaceDetector
from biometrics.face.embedder import FaceEmbedder
from biometrics.face.parameters import FACE, FaceParameters
from biometrics.face.quality import judge
from biometrics.image import DecodedImage
from biometrics.template import Modality, Template
from models.errors import ManifestInvalid
from models.registry import ModelEntry, model


@dataclass(frozen=True)
class FaceExtraction:
    """The template of one face, and how many faces the photograph shows."""

    template: Template
    face: DetectedFace
    faces_found: int


class FaceExtractor:
    """A detector and an embedder, loaded. Build one with ``open``; safe for many threads."""

    def __init__(
        self, detector: FaceDetector, embedder: FaceEmbedder, producer: str, parameters: FaceParameters
    ) -> None:
        self._detector = detector
        self._embedder = embedder
        self._parameters = parameters
        self.producer = producer

    @classmethod
    def open(
        cls,
        detector: str = "yunet",
        embedder: str = "sface",
        *,
        directory: Path | None = None,
        parameters: FaceParameters = FACE,
    ) -> "FaceExtractor":
        """Load both networks by their manifest names.

        Args:
            directory: Where the model files lie; the operator's setting when not given.

        Raises:
            ModelUnknown, ModelMissing, ModelCorrupt, ManifestInvalid.
        """
        detection = _of_task(model(detector, directory), "face_detection")
        embedding = _of_task(model(embedder, directory), "face_embedding")
        return cls(
            FaceDetector(detection, parameters.detection, directory),
            FaceEmbedder(embedding, parameters.alignment.side_px, directory),
            f"{embedding.producer}+{detection.producer}+{parameters.digest}",
            parameters,
        )

    def find(self, image: DecodedImage) -> list[DetectedFace]:
        """Return the faces of a photograph, largest first; their places here are the face indices."""
        return self._detector.find(image.pixels)

    def extract(
        self, image: DecodedImage, face_index: int | None = None, *, largest: bool = False
    ) -> FaceExtraction:
        """Return the template of the only face, of the chosen one, or of the largest.

        Faces too small to use do not count as others beside a usable one.

        Raises:
            NoFaceFound: no face, or none of that index.
            SeveralFacesFound: nothing was chosen; ``facts["faces"]`` lists them.
            FaceTooSmall: the eyes are too close together.
        """
        faces = self.find(image)
        face = self._choose(faces, face_index, largest)
        return self.extract_face(image, face, len(faces))

    def extract_face(self, image: DecodedImage, face: DetectedFace, faces_found: int = 1) -> FaceExtraction:
        """Return the template of a face that ``find`` returned for this image."""
        least = self._parameters.alignment.least_eye_distance_px
        if face.eye_distance_px < least:
            raise FaceTooSmall(
                f"The eyes are {face.eye_distance_px:.0f} pixels apart; at least {least:.0f} are needed. "
                "Move closer, or send the photograph at its full resolution.",
                eye_distance_px=round(face.eye_distance_px, 1),
                least_px=least,
            )
        aligned = align(image.pixels, face.landmarks, self._parameters.alignment)
        vector = self._embedder.embed(aligned)
        template = Template(
            modality=Modality.FACE,
            producer=self.producer,
            payload=vector.astype("<f4").tobytes(),
            quality=judge(face, aligned, self._parameters.quality),
        )
        return FaceExtraction(template, face, faces_found)

    def _choose(self, faces: list[DetectedFace], face_index: int | None, largest: bool) -> DetectedFace:
        if not faces:
            raise NoFaceFound(
                "No face was found. Send a photograph that shows the face upright and uncovered."
            )
        if face_index is not None:
            if not 0 <= face_index < len(faces):
                raise NoFaceFound(
                    f"There is no face {face_index}; the photograph shows {len(faces)}, counted from 0.",
                    faces=len(faces),
                )
            return faces[face_index]
        least = self._parameters.alignment.least_eye_distance_px
        usable = [face for face in faces if face.eye_distance_px >= least]
        if len(usable) > 1 and not largest:
            raise SeveralFacesFound(
                f"The photograph shows {len(faces)} faces. Choose one of them.", faces=_listed(faces)
            )
        return usable[0] if usable else faces[0]

    def find_upright(self, image: DecodedImage) -> list[DetectedFace]:
        """Return the faces of a picture known to stand upright, such as a video's frame, largest first."""
        return self._detector.find(image.pixels)


def _of_task(entry: ModelEntry, task: str) -> ModelEntry:
    if entry.task != task:
        raise ManifestInvalid(f"Model '{entry.name}' is for {entry.task}; choose one whose task is {task}.")
    return entry


def _listed(faces: list[DetectedFace]) -> list[dict[str, object]]:
    return [
        {
            "index": index,
            "box": [round(value) for value in face.box],
            "eye_distance_px": round(float(np.round(face.eye_distance_px, 1)), 1),
            "confidence": round(face.confidence, 3),
        }
        for index, face in enumerate(faces)
    ]
