"""Judges how useful a face is for comparison, and says what the person at the camera can do better."""

from dataclasses import dataclass

import numpy as np

from biometrics.face.detected import LEFT_EYE, LEFT_MOUTH, NOSE, RIGHT_EYE, RIGHT_MOUTH, DetectedFace
from biometrics.face.parameters import FACE, QualityParameters
from biometrics.image import Pixels, to_grey
from biometrics.quality import Quality, QualityReason

INNER_FACE = (slice(*FACE.alignment.inner_rows), slice(*FACE.alignment.inner_columns))
"""Rows and columns of the aligned face without hair, ears and background."""

USUAL_NOSE_HEIGHT = 0.56
"""Where the nose tip lies from eyes (0) to mouth (1): median of 1,173 photographs."""


@dataclass(frozen=True)
class _Measure:
    """A measured value with the value that counts as 0 and the one from which on it counts as 1."""

    code: str
    advice: str
    measured: float
    bad: float
    good: float

    @property
    def value(self) -> float:
        return float(np.clip((self.measured - self.bad) / (self.good - self.bad), 0.0, 1.0))


def judge(
    face: DetectedFace,
    aligned: Pixels,
    parameters: QualityParameters,
    inside: float = 1.0,
    clarity: tuple[float, float, float] | None = None,
) -> Quality:
    """Return the product of all respects, each from 0 to 1, with a reason for each below 1.

    Args:
        inside: Share of the inner face that lies inside the picture.
        clarity: Length of the embedding, with the lengths that count as 0 and 1; None when unknown.
    """
    measures = [*_of_geometry(face, parameters), *_of_pixels(aligned, parameters)]
    measures.append(_Measure("cut_off", "Show the whole face.", inside, *parameters.inside))
    if clarity is not None:
        measures.append(
            _Measure("hard_to_read", "Show the face plainly, from the front and in focus.", *clarity)
        )
    faults = sorted((measure for measure in measures if measure.value < 1), key=lambda each: each.value)
    reasons = tuple(QualityReason(each.code, each.advice, each.measured, each.good) for each in faults)
    return Quality(float(np.prod([measure.value for measure in measures])), reasons)


def _of_geometry(face: DetectedFace, parameters: QualityParameters) -> list[_Measure]:
    yaw, pitch, roll = turn(face)
    return [
        _Measure("face_small", "Move closer.", face.eye_distance_px, *parameters.eye_distance_px),
        _Measure("turned_sideways", "Turn the face to the camera.", abs(yaw), *parameters.yaw),
        _Measure("tilted_up_or_down", "Look straight into the camera.", abs(pitch), *parameters.pitch),
        _Measure("head_tilted", "Hold the head upright.", from_quarter_turn(roll), *parameters.roll_rad),
        _Measure("face_unclear", "Uncover the face.", face.confidence, *parameters.confidence),
    ]


def _of_pixels(aligned: Pixels, parameters: QualityParameters) -> list[_Measure]:
    grey = to_grey(aligned)[INNER_FACE].astype(np.float64)
    brightness, contrast = float(grey.mean()), float(grey.std())
    return [
        _Measure("blurred", "Hold still and focus.", sharpness(grey), *parameters.sharpness),
        _Measure("too_dark", "Light the face.", brightness, *parameters.brightness_low),
        _Measure("too_bright", "Take light away from the face.", brightness, *parameters.brightness_high),
        _Measure("low_contrast", "Light the face evenly; clean the lens.", contrast, *parameters.contrast),
    ]


def breadth(face: DetectedFace) -> float:
    """Return the distance between the eyes over the way from eyes to mouth; it shrinks as a head turns."""
    points = face.landmarks.astype(np.float64)
    down = (points[RIGHT_MOUTH] + points[LEFT_MOUTH] - points[RIGHT_EYE] - points[LEFT_EYE]) / 2
    return face.eye_distance_px / max(float(np.linalg.norm(down)), 1e-6)


def from_quarter_turn(roll_rad: float) -> float:
    """Return how far a roll is from the nearest multiple of 90 degrees, in radians."""
    return abs((roll_rad + np.pi / 4) % (np.pi / 2) - np.pi / 4)


def sharpness(grey: np.ndarray) -> float:
    """Return the variance of the Laplacian, on pixels of the aligned face."""
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
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
