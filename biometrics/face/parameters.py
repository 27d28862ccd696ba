"""Every constant of the face engine; their digest is part of each template's producer."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DetectionParameters:
    """How faces are searched.

    Attributes:
        longest_sides: The image is shrunk to these sizes in turn until a face is found. 640 is the
            size YuNet was trained at; 1280 and 2560 find small faces of large photographs; 320 finds
            a face that fills the whole picture. Images are never enlarged.
        quick_factor, quick_side: A picture is first shrunk by this factor if that leaves more than this
            side and less than the first of ``longest_sides``: the smallest face that is matched then has
            14 px between the eyes, at which all of 80 faces were found (all at 11, 90 % at 8). At 160
            the 1,173 press photographs of 250 px are found as at 320, in a third of the time.
        confidence: Least confidence of a face (OpenCV's example uses 0.9, its zoo 0.6).
        overlap: Intersection over union above which the weaker of two boxes is dropped (OpenCV: 0.3).
        most_before_overlap: Boxes kept for that comparison.
    """

    longest_sides: tuple[int, ...] = (640, 1280, 2560, 320)
    quick_factor: float = 14 / 24
    quick_side: int = 160
    confidence: float = 0.7
    overlap: float = 0.3
    most_before_overlap: int = 5000


@dataclass(frozen=True)
class OrientationParameters:
    """How pictures are searched that do not stand upright.

    Attributes:
        sure: A face found with this confidence ends the search: 95 % of the upright faces of 1,173 press
            photographs have it; of five portraits turned by 60 to 300 degrees the surest face that was
            read upside down has 0.89.
        turns_deg: Turns that are tried, group after group, counter-clockwise.
        least: Confidence that a face in a turned picture must have: eight looks at a picture without
            a face are eight chances to see one.
        surer_by: By how much it must beat every turn before.
        longest_side: Turned pictures are shrunk to this side.
        border: Colour around a tilted picture.
    """

    sure: float = 0.91
    turns_deg: tuple[tuple[int, ...], ...] = ((90, 180, 270), (45, 135, 225, 315))
    least: float = 0.8
    surer_by: float = 0.02
    longest_side: int = 640
    border: tuple[int, int, int] = (128, 128, 128)


@dataclass(frozen=True)
class AlignmentParameters:
    """Where the five points go.

    Attributes:
        side_px: The aligned face is a square of this size.
        points: Target of right eye, left eye, nose tip, right and left mouth corner, in pixels: the
            template of ArcFace (Deng et al. 2019), which SFace was trained with.
        inner_rows, inner_columns: The aligned face without hair, ears and background, in pixels.
        least_eye_distance_px: Below this distance between the eyes a face is refused. Sharp probes
            shrunk to 20 px verified as well as full ones (TMR at FMR 0.001: 0.99 at 20 px and above,
            0.98 at 16 px, 0.95 at 12 px; 287 photographs); few faces as small are sharp.
    """

    side_px: int = 112
    points: tuple[tuple[float, float], ...] = (
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    )
    inner_rows: tuple[int, int] = (32, 104)
    inner_columns: tuple[int, int] = (24, 88)
    least_eye_distance_px: float = 24.0


@dataclass(frozen=True)
class RefinementParameters:
    """How a found face is looked at again.

    Attributes:
        eye_distances_px: Sizes of the looks, each once as it is and once mirrored. One at 28 px serves as
            well as at 28, 36 and 45 px, for a fifth of the time.
        sides: Side of the crop in sides of the aligned face.
        farthest: Mean distance of the points from where they are expected, in eye distances, from
            which on it is another face.
    """

    eye_distances_px: tuple[float, ...] = (28.0,)
    sides: float = 1.3
    farthest: float = 0.25


@dataclass(frozen=True)
class LightingParameters:
    """How dark and flat faces are made readable.

    Attributes:
        rows, columns: Part of the aligned face that is measured.
        span_enough: Span of grey values (1 % to 99 %) from which on nothing is changed. All press
            photographs have 75 and more; stretching them gains nothing.
        darkest, brightest: Where the span is put.
        least_span: A face flatter than this is not stretched more: it would be noise.
    """

    rows: tuple[int, int] = (24, 104)
    columns: tuple[int, int] = (20, 92)
    span_enough: float = 70.0
    darkest: float = 25.0
    brightest: float = 220.0
    least_span: float = 10.0


@dataclass(frozen=True)
class EmbeddingParameters:
    """How a face is embedded.

    Attributes:
        mirrored: Embed the mirrored face too and take the mean.
        centred: Take away what all faces have in common (``population.py``).
        quantised: Compute in whole numbers of eight bits where the network's ranges are known
            (``quantised/``): vectors are alike by 0.997, at a third of the time.
    """

    mirrored: bool = True
    centred: bool = True
    quantised: bool = True


@dataclass(frozen=True)
class MatchingParameters:
    """Which faces are not matched.

    Attributes:
        profile_yaw: From this yaw on (``quality.turn``) a face is seen from the side. Press photographs
            reach 1.4 and are recognised as well as others.
        profile_breadth: So is a face whose eyes are nearer to each other than this share of the way
            from eyes to mouth (``quality.breadth``; 0.98 from the front, 873 press photographs 0.48 and
            more).
        doubtful_breadth: A face that looks narrower than this is looked at again at more sizes before
            it is said from where it is seen: one look takes some profiles for half turned.
        doubtful_eye_distances_px: Sizes of these looks.
        least_inside: Share of the inner face that must lie inside the picture.
    """

    profile_yaw: float = 1.6
    profile_breadth: float = 0.45
    doubtful_breadth: float = 0.6
    doubtful_eye_distances_px: tuple[float, ...] = (28.0, 36.0, 45.0)
    least_inside: float = 0.7


@dataclass(frozen=True)
class DrawingParameters:
    """What is taken for a drawing: most of the inner face is as light as paper, and the rest thin lines.

    What it refuses and what it notices is measured in benchmarks/results/face_drawings_lfw_dev.json. Without
    `most_ink_colour` half of the photographs in colour were refused that are three or four times too bright.

    Attributes:
        paper_within: Grey values below the lightest that count as paper.
        paper_share: Least share of paper.
        most_colour: Largest difference of the paper's colours, in the middle of its pixels.
        most_ink_colour: Largest difference of the colours of what is not paper, the paper's tint taken off:
            scanned pencil drawings measured up to 13, coloured photographs with three times the light 24
            and more. Lines in coloured ink pass for a photograph.
        line_px: Lines are narrower than this in the aligned face.
        line_depth: By how much a line is darker than what is beside it.
        line_share: Least share of lines in all that is not paper.
    """

    paper_within: int = 30
    paper_share: float = 0.55
    most_colour: int = 45
    most_ink_colour: int = 20
    line_px: int = 7
    line_depth: int = 20
    line_share: float = 0.7


@dataclass(frozen=True)
class QualityWeights:
    """Log odds of a face good in every respect, and what lacking each respect altogether takes away.

    Attributes:
        base, hard_to_read, blurred, too_bright, face_unclear: Fitted on press photographs as they are and
            with faults ("weights" of benchmarks/results/face_quality_lfw_dev.json agree within 0.3).
        too_dark, low_contrast, face_small: A fit gives them nothing beside the length of the embedding,
            which says itself whether a dark or small face was read; set where the length is unknown.
        turned_sideways, tilted_up_or_down, head_tilted, cut_off: Set, not fitted: press photographs
            hold too few of them, and those are recognised.
    """

    base: float
    hard_to_read: float
    blurred: float
    too_bright: float
    face_unclear: float
    too_dark: float
    low_contrast: float
    face_small: float
    turned_sideways: float = 0.5
    tilted_up_or_down: float = 0.5
    head_tilted: float = 0.3
    cut_off: float = 1.0


@dataclass(frozen=True)
class QualityParameters:
    """What quality is made of; no part of a template, so not of the digest.

    For each respect the value that counts as 0 and the one from which on it counts as 1.

    The second is near the worst twentieth of 1,173 press photographs and 57 mugshots of which 99 %
    are recognised. Brightness bounds are wide on purpose: dark skin under ordinary light measures
    45 and is recognised without loss. Roll is measured from the nearest quarter turn: a picture may lie on
    its side, and alignment undoes any turn.
    """

    eye_distance_px: tuple[float, float] = (12.0, 40.0)
    sharpness: tuple[float, float] = (5.0, 40.0)
    yaw: tuple[float, float] = (1.3, 0.5)
    pitch: tuple[float, float] = (0.30, 0.10)
    roll_rad: tuple[float, float] = (2.0, 0.5)
    brightness_low: tuple[float, float] = (8.0, 40.0)
    brightness_high: tuple[float, float] = (250.0, 210.0)
    contrast: tuple[float, float] = (3.0, 10.0)
    confidence: tuple[float, float] = (0.70, 0.88)
    inside: tuple[float, float] = (0.5, 0.98)
    weights: QualityWeights = QualityWeights(
        base=3.05,
        hard_to_read=3.66,
        blurred=1.49,
        too_bright=1.28,
        face_unclear=0.95,
        too_dark=0.0,
        low_contrast=0.0,
        face_small=0.0,
    )
    weights_without_length: QualityWeights = QualityWeights(
        base=2.1,
        hard_to_read=0.0,
        blurred=2.32,
        too_bright=2.97,
        face_unclear=3.33,
        too_dark=0.7,
        low_contrast=0.7,
        face_small=0.3,
    )


@dataclass(frozen=True)
class FaceParameters:
    """All of them."""

    detection: DetectionParameters = field(default_factory=DetectionParameters)
    orientation: OrientationParameters = field(default_factory=OrientationParameters)
    alignment: AlignmentParameters = field(default_factory=AlignmentParameters)
    refinement: RefinementParameters = field(default_factory=RefinementParameters)
    lighting: LightingParameters = field(default_factory=LightingParameters)
    embedding: EmbeddingParameters = field(default_factory=EmbeddingParameters)
    matching: MatchingParameters = field(default_factory=MatchingParameters)
    drawing: DrawingParameters = field(default_factory=DrawingParameters)
    quality: QualityParameters = field(default_factory=QualityParameters)

    def digest(self, centre: str, ranges: str = "") -> str:
        """Return eight digits that change with any constant that changes a template.

        Args:
            centre: Digest of what is taken away from embeddings, empty for nothing.
            ranges: Digest of what numbers are rounded by, empty where they are not.
        """
        parts = (
            self.detection,
            self.orientation,
            self.alignment,
            self.refinement,
            self.lighting,
            self.embedding,
        )
        return hashlib.sha256(f"{parts}{centre}{ranges}".encode()).hexdigest()[:8]


FACE = FaceParameters()
