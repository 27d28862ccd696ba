"""Judges how useful a face is for comparison, and says what the person at the camera can do better."""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.face.detected import LEFT_EYE, LEFT_MOUTH, NOSE, RIGHT_EYE, RIGHT_MOUTH, DetectedFace
from biometrics.face.lighting import lit
from biometrics.face.parameters import FACE, QualityParameters, QualityWeights
from biometrics.image import Pixels, to_grey
from biometrics.quality import Quality, QualityReason

INNER_FACE = (slice(*FACE.alignment.inner_rows), slice(*FACE.alignment.inner_columns))
"""Rows and columns of the aligned face without hair, ears and background."""

USUAL_NOSE_HEIGHT = 0.56
"""Where the nose tip lies from eyes (0) to mouth (1): median of 1,173 photographs."""


WORST_SHARE = -1.0
"""Of the length of an embedding; drawings and strong faults lie below the length that counts as 0."""


@dataclass(frozen=True)
class Respect:
    """One thing that can be wrong with a photograph.

    Attributes:
        measured: The measured value.
        bad, good: The value that counts as 0, and the one from which on it counts as 1.
        floor: The least that it can count.
    """

    code: str
    advice: str
    measured: float
    bad: float
    good: float
    floor: float = 0.0

    @property
    def share(self) -> float:
        """How good the photograph is in this respect, 1 at best."""
        return float(min(max((self.measured - self.bad) / (self.good - self.bad), self.floor), 1.0))


def judge(
    face: DetectedFace,
    aligned: Pixels,
    parameters: QualityParameters,
    inside: float = 1.0,
    clarity: tuple[float, float, float] | None = None,
) -> Quality:
    """Return the quality of one face, with a reason for each respect in which it is not good.

    The value is the chance that the photograph, compared with an ordinary one of the same person, scores
    0.4 or more: of those valued above 0.95, 97 % do, of those below 0.2, 8 %
    (benchmarks/results/face_quality_lfw_dev.json, "meaning"). What can be wrong without making a face
    harder to compare, such as little light, is given as a reason all the same.
    """
    found = respects(face, aligned, parameters, inside, clarity)
    weights = parameters.weights if clarity is not None else parameters.weights_without_length
    return Quality(round(value_of(found, weights), 3), _reasons(found))


def respects(
    face: DetectedFace,
    aligned: Pixels,
    parameters: QualityParameters,
    inside: float = 1.0,
    clarity: tuple[float, float, float] | None = None,
) -> tuple[Respect, ...]:
    """Measure all that can be wrong.

    Args:
        inside: Share of the inner face that lies inside the picture.
        clarity: Length of the embedding, with the lengths that count as 0 and 1; None when unknown.
    """
    found = [*_of_geometry(face, parameters), *_of_pixels(aligned, parameters)]
    found.append(Respect("cut_off", "Show the whole face.", inside, *parameters.inside))
    if clarity is not None:
        advice = "Show the face plainly, from the front and in focus."
        found.append(Respect("hard_to_read", advice, *clarity, floor=WORST_SHARE))
    return tuple(found)


def value_of(found: tuple[Respect, ...], weights: QualityWeights) -> float:
    """Return the value: the odds fall with what is missing in each respect."""
    cost = sum(getattr(weights, each.code) * (1 - each.share) for each in found)
    return float(1 / (1 + np.exp(cost - weights.base)))


def _reasons(found: tuple[Respect, ...]) -> tuple[QualityReason, ...]:
    """What is wrong, worst first; that the network could not read the face comes after its causes."""
    faults = [each for each in found if each.share < 1]
    faults.sort(key=lambda each: (each.code == "hard_to_read", each.share))
    return tuple(QualityReason(each.code, each.advice, each.measured, each.good) for each in faults)


def _of_geometry(face: DetectedFace, parameters: QualityParameters) -> list[Respect]:
    yaw, pitch, roll = turn(face)
    return [
        Respect("face_small", "Move closer.", face.eye_distance_px, *parameters.eye_distance_px),
        Respect("turned_sideways", "Turn the face to the camera.", abs(yaw), *parameters.yaw),
        Respect("tilted_up_or_down", "Look straight into the camera.", abs(pitch), *parameters.pitch),
        Respect("head_tilted", "Hold the head upright.", from_quarter_turn(roll), *parameters.roll_rad),
        Respect("face_unclear", "Uncover the face.", face.confidence, *parameters.confidence),
    ]


def _of_pixels(aligned: Pixels, parameters: QualityParameters) -> list[Respect]:
    grey = to_grey(aligned)[INNER_FACE]
    brightness, contrast = float(grey.mean()), float(grey.std())
    stretched = to_grey(lit(aligned, FACE.lighting))[INNER_FACE]
    return [
        # as the network sees it: little light alone is no blur
        Respect("blurred", "Hold still and focus.", sharpness(stretched), *parameters.sharpness),
        Respect("too_dark", "Light the face.", brightness, *parameters.brightness_low),
        Respect("too_bright", "Take light away from the face.", brightness, *parameters.brightness_high),
        Respect("low_contrast", "Light the face evenly; clean the lens.", contrast, *parameters.contrast),
    ]


def breadth(face: DetectedFace) -> float:
    """Return the distance between the eyes over the way from eyes to mouth; it shrinks as a head turns."""
    points = face.landmarks.astype(np.float64)
    down = (points[RIGHT_MOUTH] + points[LEFT_MOUTH] - points[RIGHT_EYE] - points[LEFT_EYE]) / 2
    return face.eye_distance_px / max(float(np.linalg.norm(down)), 1e-6)


def from_quarter_turn(roll_rad: float) -> float:
    """Return how far a roll is from the nearest multiple of 90 degrees, in radians."""
    return abs((roll_rad + np.pi / 4) % (np.pi / 2) - np.pi / 4)


def sharpness(grey: Pixels) -> float:
    """Return the variance of the Laplacian, on pixels of the aligned face."""
    laplacian = np.asarray(cv2.Laplacian(grey, cv2.CV_16S))[1:-1, 1:-1]
    return float(laplacian.var())


def turn(face: DetectedFace) -> tuple[float, float, float]:
    """Return yaw, pitch and roll from the five points; 0 is straight ahead.

    Yaw: how far the nose lies off the middle between the eyes, in half eye distances (1 is a
    profile). Pitch: where the nose lies between eyes and mouth, against the usual place. Roll in radians.
    """
    points = face.landmarks.astype(np.float64)
    eyes = (points[RIGHT_EYE] + points[LEFT_EYE]) / 2
    mouth = (points[RIGHT_MOUTH] + points[LEFT_MOUTH]) / 2
    across = points[LEFT_EYE] - points[RIGHT_EYE]
    width = max(float(np.linalg.norm(across)), 1e-6)
    across = across / width
    down = np.array([-across[1], across[0]])
    middle = (eyes + mouth) / 2
    height = max(float((mouth - eyes) @ down), 1e-6)
    yaw = float((points[NOSE] - middle) @ across) / (width / 2)
    pitch = float((points[NOSE] - eyes) @ down) / height - USUAL_NOSE_HEIGHT
    return yaw, pitch, float(np.arctan2(across[1], across[0]))
