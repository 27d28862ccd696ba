"""From a decoded photograph to a face template: find, choose, look again, align, embed, judge."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from biometrics.errors import (
    FaceCutOff,
    FaceDrawn,
    FaceInProfile,
    FaceTooSmall,
    NoFaceFound,
    SeveralFacesFound,
)
from biometrics.face.aligner import align, share_inside
from biometrics.face.detected import DetectedFace
from biometrics.face.detector import FaceDetector
from biometrics.face.drawing import is_drawn
from biometrics.face.embedder import FaceEmbedder
from biometrics.face.lighting import lit
from biometrics.face.orientation import find_any_way_up
from biometrics.face.parameters import FACE, FaceParameters
from biometrics.face.population import Population, population_of
from biometrics.face.quality import breadth, judge, turn
from biometrics.face.quantised.ranges import ranges_of
from biometrics.face.refinement import refine
from biometrics.image import DecodedImage, Pixels, to_bgr
from biometrics.template import Modality, Template
from models.registry import ModelEntry, model, of_task


@dataclass(frozen=True)
class FaceExtraction:
    """The template of one face, and how many faces the photograph shows.

    Attributes:
        length: How long the network made the vector; short when little of the face could be read.
    """

    template: Template
    face: DetectedFace
    faces_found: int
    length: float


class FaceExtractor:
    """A detector and an embedder, loaded. Build one with ``open``; safe for many threads."""

    def __init__(
        self,
        detector: FaceDetector,
        embedder: FaceEmbedder,
        producer: str,
        parameters: FaceParameters,
        population: Population | None = None,
    ) -> None:
        self._detector = detector
        self._embedder = embedder
        self._parameters = parameters
        self._population = population
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
        detection = of_task(model(detector, directory), "face_detection")
        embedding = of_task(model(embedder, directory), "face_embedding")
        known = population_of(embedding.producer, directory)
        centre = known if parameters.embedding.centred else None
        side_px = parameters.alignment.side_px
        return cls(
            FaceDetector(detection, parameters.detection, directory),
            FaceEmbedder(embedding, side_px, parameters.embedding, centre, directory),
            _producer(detection, embedding, parameters, directory),
            parameters,
            known,
        )

    @staticmethod
    def producer_of(detector: str, embedder: str, directory: Path | None = None) -> str:
        """Return the producer of what these models make, without loading them."""
        detection = of_task(model(detector, directory), "face_detection")
        return _producer(detection, of_task(model(embedder, directory), "face_embedding"), FACE, directory)

    def find(self, image: DecodedImage) -> list[DetectedFace]:
        """Return the faces of a photograph, largest first; their places here are the face indices.

        Photographs may lie on their side, stand on their head or be tilted.
        """
        return find_any_way_up(to_bgr(image.pixels), self._detector.find, self._parameters.orientation)

    def extract(
        self,
        image: DecodedImage,
        face_index: int | None = None,
        *,
        largest: bool = False,
        sketch: bool = False,
    ) -> FaceExtraction:
        """Return the template of the only face, of the chosen one, or of the largest.

        Faces too small to use do not count as others beside a usable one.

        Args:
            sketch: The image is said to be a drawing, and a template that says little is wanted.

        Raises:
            NoFaceFound: no face, or none of that index.
            SeveralFacesFound: nothing was chosen; ``facts["faces"]`` lists them.
            FaceTooSmall: the eyes are too close together.
            FaceDrawn: it is a drawing.
        """
        faces = self.find(image)
        face = self._choose(faces, face_index, largest)
        return self.extract_face(image, face, len(faces), drawn_too=sketch)

    def extract_face(
        self, image: DecodedImage, face: DetectedFace, faces_found: int = 1, *, drawn_too: bool = True
    ) -> FaceExtraction:
        """Return the template of a face that ``find`` returned for this image.

        Raises:
            FaceTooSmall, FaceCutOff, FaceInProfile: the face is there, but not to be matched.
            FaceDrawn: it is a drawing and ``drawn_too`` is not set.
        """
        bgr = to_bgr(image.pixels)
        alignment = self._parameters.alignment
        found, face = face, self._seen_again(bgr, face)
        self._refuse_small(face)
        inside = self._refuse_cut_off(bgr, face)
        self._refuse_profile(bgr, found, face)
        aligned = align(bgr, face.landmarks, alignment)
        if not drawn_too and is_drawn(aligned, alignment, self._parameters.drawing):
            raise FaceDrawn(
                "This is a drawing, or a photograph with far too much light. Take the photograph again. A "
                "sketch can only be searched, for an investigation, when it is marked as a sketch (capture "
                "particular 'sketch')."
            )
        embedding = self._embedder.embed(lit(aligned, self._parameters.lighting))
        lengths = self._population.lengths if self._population else None
        clarity = (embedding.length, *lengths) if lengths else None
        template = Template(
            modality=Modality.FACE,
            producer=self.producer,
            payload=embedding.vector.astype("<f4").tobytes(),
            quality=judge(face, aligned, self._parameters.quality, inside, clarity),
        )
        return FaceExtraction(template, face, faces_found, embedding.length)

    def _refuse_small(self, face: DetectedFace) -> None:
        least = self._parameters.alignment.least_eye_distance_px
        if face.eye_distance_px < least:
            raise FaceTooSmall(
                f"The eyes are {face.eye_distance_px:.0f} pixels apart; at least {least:.0f} are needed. "
                "Move closer, or send the photograph at its full resolution.",
                eye_distance_px=round(face.eye_distance_px, 1),
                least_px=least,
            )

    def _seen_again(self, bgr: Pixels, face: DetectedFace, *sizes_px: float) -> DetectedFace:
        refinement = self._parameters.refinement
        if sizes_px:
            refinement = replace(refinement, eye_distances_px=sizes_px)
        return refine(bgr, face, self._detector.look, self._parameters.alignment, refinement)

    def _refuse_cut_off(self, bgr: Pixels, face: DetectedFace) -> float:
        """Refuse a face that is cut off; return the share of it that is inside the picture."""
        inside = share_inside(bgr, face.landmarks, self._parameters.alignment)
        if inside < self._parameters.matching.least_inside:
            raise FaceCutOff(
                "The face is cut off by the edge of the picture. Take a photograph that shows all of it.",
                share_inside=round(inside, 2),
            )
        return inside

    def _refuse_profile(self, bgr: Pixels, found: DetectedFace, face: DetectedFace) -> None:
        """Refuse a face from the side; one that may be is looked at again as it was found."""
        matching = self._parameters.matching
        if breadth(face) < matching.doubtful_breadth:
            face = self._seen_again(bgr, found, *matching.doubtful_eye_distances_px)
        yaw = turn(face)[0]
        if abs(yaw) >= matching.profile_yaw or breadth(face) < matching.profile_breadth:
            raise FaceInProfile(
                "The face is seen from the side. A profile is kept and shown but not compared: "
                "add a photograph from the front.",
                yaw=round(yaw, 2),
            )

    def _choose(self, faces: list[DetectedFace], face_index: int | None, largest: bool) -> DetectedFace:
        if not faces:
            raise NoFaceFound(
                "No face was found. Send a photograph that shows a face plainly, uncovered and in focus."
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


def _producer(
    detection: ModelEntry, embedding: ModelEntry, parameters: FaceParameters, directory: Path | None
) -> str:
    wanted = parameters.embedding
    centre = population_of(embedding.producer, directory) if wanted.centred else None
    ranges = ranges_of(embedding.producer, directory) if wanted.quantised else None
    digest = parameters.digest(centre.digest if centre else "", ranges.digest if ranges else "")
    return f"{embedding.producer}+{detection.producer}+{digest}"


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
