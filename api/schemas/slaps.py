"""JSON of slaps: the fingers that were found in one, with the box of each, and what to look at."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import Field

from api.schemas.samples import QualityAnswer, image_link
from api.schemas.shape import Answer
from biometrics.fingerprint.slaps.geometry import RotatedBox
from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.template import FingerPosition
from enroll.slap_cutting import CutSlap
from enroll.slap_findings import finding_words
from records.samples import Sample, Slap

_CARD = (
    *(SlapPosition.LEFT_FOUR, SlapPosition.LEFT_THUMB, SlapPosition.TWO_THUMBS),
    *(SlapPosition.RIGHT_THUMB, SlapPosition.RIGHT_FOUR),
)


class FingerBoxAnswer(Answer):
    """A turned rectangle in pixels of the slap; x to the right, y down."""

    center_x_px: float
    center_y_px: float
    width_px: float = Field(description="Across the finger.")
    height_px: float = Field(description="Along the finger.")
    angle_rad: float = Field(description="How far the fingertip leans to the left of upright.")
    corners: list[tuple[float, float]] = Field(
        description="Top left, top right, bottom right, bottom left, as the finger sees them."
    )

    @classmethod
    def of(cls, box: RotatedBox) -> "FingerBoxAnswer":
        """Describe a box."""
        return cls(
            center_x_px=round(box.center_x, 1),
            center_y_px=round(box.center_y, 1),
            width_px=round(box.width, 1),
            height_px=round(box.height, 1),
            angle_rad=round(box.angle_rad, 4),
            corners=[(round(float(x), 1), round(float(y), 1)) for x, y in box.corners()],
        )


class SlapFingerAnswer(Answer):
    """One finger cut out of a slap."""

    position: FingerPosition
    box: FingerBoxAnswer
    ridged: float = Field(description="Share of the print with clear ridges, 0 to 1.")
    at_edge: bool = Field(description="The image's edge cuts the print.")
    usable: bool = Field(description="Whether it could be compared.")
    sample_id: UUID | None = Field(description="Its own sample; null where nothing was stored.")
    image: str | None
    quality: QualityAnswer | None = Field(default=None, description="Only in the answer of POST /v1/quality.")


class SlapAnswer(Answer):
    """A slap and the fingers that were found in it, from left to right."""

    part: str = Field(description="Name under which it was sent, such as slap_right_four.")
    sample_id: UUID | None
    image: str | None
    width_px: int
    height_px: int
    missing: list[FingerPosition] = Field(description="Stated by the sender: cannot be there.")
    not_found: list[FingerPosition] = Field(description="Should be there and are not seen.")
    unexplained: int = Field(description="Fingertips beyond those expected.")
    hand_confidence: float = Field(description="How well the arrangement agrees with the stated hand.")
    hand_contradicted: bool = Field(description="It is very likely the other hand.")
    remarks: list[str] = Field(description="What to look at, as sentences.")
    fingers: list[SlapFingerAnswer]

    @classmethod
    def all_of(cls, samples: Iterable[Sample], fingers: Iterable[Sample]) -> list["SlapAnswer"]:
        """Describe the slaps among the samples that were taken apart.

        Args:
            fingers: What was cut out of them.
        """
        cut = sorted(fingers, key=lambda finger: finger.cut.box.center_x if finger.cut else 0.0)
        return [
            cls._of(sample.slap, sample.id, [_stored(item, sample.slap) for item in cut if _of(item, sample)])
            for sample in sorted(samples, key=_place)
            if sample.slap is not None and sample.slap.finding is not None
        ]

    @classmethod
    def of_cut(cls, cut: CutSlap) -> "SlapAnswer":
        """Describe a slap of which nothing is stored."""
        fingers = [
            SlapFingerAnswer(
                position=finger.position,
                box=FingerBoxAnswer.of(finger.box),
                ridged=finger.ridged,
                at_edge=finger.at_edge,
                usable=finger.template is not None,
                sample_id=None,
                image=None,
                quality=QualityAnswer.of(finger.template.quality) if finger.template else None,
            )
            for finger in cut.fingers
        ]
        return cls._of(cut.slap, None, fingers)

    @classmethod
    def _of(cls, slap: Slap, sample_id: UUID | None, fingers: list[SlapFingerAnswer]) -> "SlapAnswer":
        found = slap.finding
        assert found is not None
        return cls(
            part=slap.position.part,
            sample_id=sample_id,
            image=image_link(sample_id) if sample_id else None,
            width_px=found.width_px,
            height_px=found.height_px,
            missing=list(slap.missing),
            not_found=list(found.not_found),
            unexplained=found.unexplained,
            hand_confidence=found.hand_confidence,
            hand_contradicted=found.hand_contradicted,
            remarks=finding_words(slap),
            fingers=fingers,
        )


def _place(sample: Sample) -> int:
    """Return where a slap stands on a ten-print card, from left to right."""
    return _CARD.index(sample.slap.position) if sample.slap else 0


def _of(finger: Sample, slap: Sample) -> bool:
    return finger.cut is not None and finger.cut.slap_id == slap.id


def _stored(finger: Sample, slap: Slap) -> SlapFingerAnswer:
    assert finger.cut is not None
    unusable = slap.finding.unusable if slap.finding else ()
    return SlapFingerAnswer(
        position=finger.position,
        box=FingerBoxAnswer.of(finger.cut.box),
        ridged=finger.cut.ridged,
        at_edge=finger.cut.at_edge,
        usable=finger.position not in unusable,
        sample_id=finger.id,
        image=image_link(finger.id),
    )
