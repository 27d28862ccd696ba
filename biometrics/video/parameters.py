"""The constants of decoding, sampling and following faces through a video, each with its reason."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DecodingParameters:
    """What the disposable decoder may use.

    Attributes:
        memory_bytes: Address space. The libraries map 0.4 GB; a 4K stream holds 0.4 GB of pictures.
        cpu_s: Processor seconds for opening a file of any length.
        cpu_s_per_s: Further processor seconds for each second of video allowed: 4K at 60 pictures a
            second takes about one on one core of 2020.
        stall_s: Seconds without any answer after which the decoder counts as hung.
        least_pictures_per_s, most_pictures_per_s: Stated rates outside are not believed.
        usual_pictures_per_s: Taken instead.
    """

    memory_bytes: int = 2 << 30
    cpu_s: int = 60
    cpu_s_per_s: float = 2.0
    stall_s: float = 90.0
    least_pictures_per_s: float = 0.5
    most_pictures_per_s: float = 240.0
    usual_pictures_per_s: float = 25.0


@dataclass(frozen=True)
class SamplingParameters:
    """Which frames are looked at.

    Attributes:
        per_second: A walking person's face moves less than its width in a quarter of a second, so
            that boxes of neighbouring samples overlap.
        most_frames: Upper end for any length; a longer video is sampled less often.
        longest_side_px: Frames are shrunk to it. The detector looks at 1280 pixels at most; a face
            cut out at 1920 still has the pixels that its template needs.
        still_difference: Largest difference of any cell of a 32 x 18 grey picture, in grey levels,
            up to which a frame shows the same empty scene as the last one without a face.
    """

    per_second: float = 4.0
    most_frames: int = 2400
    longest_side_px: int = 1920
    still_difference: int = 6


@dataclass(frozen=True)
class TrackingParameters:
    """When two sightings are the same face going on.

    Attributes:
        overlap: Least intersection over union of boxes (SORT, Bewley et al. 2016, uses 0.3).
        overlap_gap_ms: Boxes are compared only across gaps up to here: three samples.
        unlike: Similarity below which overlapping boxes are still two people, one passing in front
            of the other; strangers' templates average 0.0 with a deviation of 0.1.
        alike: Similarity from which sightings belong together wherever they are: the one that
            OpenCV states for SFace (0.363).
        alike_gap_ms: A face that was away for longer starts a new track, so that the times of a
            track say when it was really seen.
        most_tracks: Held at once; beyond, the weakest ended one is dropped and counted.
    """

    overlap: float = 0.3
    overlap_gap_ms: int = 750
    unlike: float = 0.15
    alike: float = 0.363
    alike_gap_ms: int = 5_000
    most_tracks: int = 300


@dataclass(frozen=True)
class ShotParameters:
    """Which views of a face are kept for people to look at.

    Attributes:
        most: For each track.
        apart_ms: The first stretch of time of which one view is kept; doubled whenever there are too many.
        margin: What is shown around the face, as a share of its larger side.
        side_px: Larger crops are shrunk to this.
        jpeg_quality: A template made again from the kept view must be that of the frame.
        least_quality: A track of one sighting worse than this is a detector's mistake or useless: of
            photographs below it three of four are missed (face_quality_lfw_dev.json, "meaning").
    """

    most: int = 5
    apart_ms: int = 700
    margin: float = 0.6
    side_px: int = 640
    jpeg_quality: int = 95
    least_quality: float = 0.2


@dataclass(frozen=True)
class FusionParameters:
    """How much each sighting counts in a track's template.

    Attributes:
        power: Weight is quality to this power, so that blurred views, which are alike among themselves,
            do not outvote sharp ones. Power 1 is `plain_mean` of the benchmark accuracy/face_video.
        least_quality: A poorer sighting counts as one of this quality; its weight must not vanish, for a
            track may have no better one.
    """

    power: float = 20.0
    least_quality: float = 0.3


@dataclass(frozen=True)
class VideoParameters:
    """All of them."""

    decoding: DecodingParameters = field(default_factory=DecodingParameters)
    sampling: SamplingParameters = field(default_factory=SamplingParameters)
    tracking: TrackingParameters = field(default_factory=TrackingParameters)
    shots: ShotParameters = field(default_factory=ShotParameters)
    fusion: FusionParameters = field(default_factory=FusionParameters)


VIDEO = VideoParameters()
