"""Every constant of the face engine; their digest is part of each template's producer."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DetectionParameters:
    """How faces are searched.

    Attributes:
        longest_sides: The image is shrunk to these sizes in turn until a face is found. 640 is the
            size YuNet was trained at; 1280 finds small faces of large photographs; 320 finds a
            face that fills the whole picture. Images are never enlarged.
        confidence: Least confidence of a face (OpenCV's example uses 0.9, its zoo 0.6).
        overlap: Intersection over union above which the weaker of two boxes is dropped (OpenCV: 0.3).
        most_before_overlap: Boxes kept for that comparison.
    """

    longest_sides: tuple[int, ...] = (640, 1280, 320)
    confidence: float = 0.7
    overlap: float = 0.3
    most_before_overlap: int = 5000


@dataclass(frozen=True)
class AlignmentParameters:
    """Where the five points go.

    Attributes:
        side_px: The aligned face is a square of this size.
        points: Target of right eye, left eye, nose tip, right and left mouth corner, in pixels: the
            template of ArcFace (Deng et al. 2019), which SFace was trained with.
        least_eye_distance_px: Below this distance between the eyes a face is refused.
    """

    side_px: int = 112
    points: tuple[tuple[float, float], ...] = (
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    )
    least_eye_distance_px: float = 24.0


@dataclass(frozen=True)
class EmbeddingParameters:
    """What is embedded.

    Attributes:
        fuse_flipped: Add the embedding of the mirrored face before the length is made 1.
    """

    fuse_flipped: bool = True


@dataclass(frozen=True)
class QualityParameters:
    """From which value on a photograph is bad (0) and good (1) in each respect.

    Chosen on the spread of photographs that people are recognised on (5 % quantile: good).
    """

    eye_distance_px: tuple[float, float] = (16.0, 48.0)
    sharpness: tuple[float, float] = (5.0, 60.0)
    yaw: tuple[float, float] = (0.75, 0.35)
    pitch: tuple[float, float] = (0.45, 0.20)
    roll_rad: tuple[float, float] = (0.80, 0.35)
    brightness_low: tuple[float, float] = (25.0, 70.0)
    brightness_high: tuple[float, float] = (240.0, 205.0)
    contrast: tuple[float, float] = (12.0, 30.0)
    confidence: tuple[float, float] = (0.70, 0.85)


@dataclass(frozen=True)
class FaceParameters:
    """All of them."""

    detection: DetectionParameters = field(default_factory=DetectionParameters)
    alignment: AlignmentParameters = field(default_factory=AlignmentParameters)
    embedding: EmbeddingParameters = field(default_factory=EmbeddingParameters)
    quality: QualityParameters = field(default_factory=QualityParameters)

    @property
    def digest(self) -> str:
        """Eight digits that change with any constant that changes a template."""
        relevant = repr((self.detection, self.alignment, self.embedding))
        return hashlib.sha256(relevant.encode()).hexdigest()[:8]


FACE = FaceParameters()
