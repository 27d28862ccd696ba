"""JSON of samples: how one was captured, its quality, the faces in a photo."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import Field

from api.schemas.shape import Answer, Request
from biometrics.face.detected import DetectedFace
from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Impression, Modality
from records.samples import Sample, Slap


class Capture(Request):
    """How one file was taken, where the file itself does not say it."""

    impression: Impression = Impression.PLAIN
    dpi: float | None = Field(
        default=None, gt=0, le=5000, description="Resolution of a print; wins over the file's own."
    )
    missing: list[FingerPosition] = Field(
        default_factory=list, max_length=4, description="Of a slap: fingers that cannot be on it."
    )
    hand_checked: bool = Field(
        default=False, description="Of a slap: someone has looked, and the stated hand is right."
    )
    sketch: bool = Field(
        default=False,
        description="Of a face: it is a drawing. Only searched, alone, for an investigation, without rates.",
    )

    def slap(self, position: SlapPosition | None) -> Slap | None:
        """Return what is stated of a slap; None for any other file."""
        if position is None:
            return None
        return Slap(position, tuple(sorted(set(self.missing))), self.hand_checked)


class ReasonAnswer(Answer):
    """One thing that lowers the quality, and what to do about it."""

    code: str
    advice: str
    measured: float
    limit: float


class QualityAnswer(Answer):
    """Quality from 0 (useless) to 1 (best), and what lowered it, worst first."""

    value: float
    reasons: list[ReasonAnswer]

    @classmethod
    def of(cls, quality: Quality) -> "QualityAnswer":
        """Describe a quality."""
        reasons = [
            ReasonAnswer(
                code=reason.code,
                advice=reason.advice,
                measured=reason.measured,
                limit=reason.limit,
            )
            for reason in quality.reasons
        ]
        return cls(value=quality.value, reasons=reasons)


class BoxAnswer(Answer):
    """A rectangle in pixels of the upright photo; x to the right, y down."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float


class FaceAnswer(Answer):
    """One face in a photo; ``index`` is what ``face_index`` chooses."""

    index: int
    box: BoxAnswer
    confidence: float
    landmarks: list[tuple[float, float]]

    @classmethod
    def all_of(cls, faces: Iterable[DetectedFace]) -> list["FaceAnswer"]:
        """Describe the faces of one photo in their order."""
        return [cls._of(index, face) for index, face in enumerate(faces)]

    @classmethod
    def _of(cls, index: int, face: DetectedFace) -> "FaceAnswer":
        x_px, y_px, width_px, height_px = (float(value) for value in face.box)
        return cls(
            index=index,
            box=BoxAnswer(x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px),
            confidence=float(face.confidence),
            landmarks=[(float(x), float(y)) for x, y in face.landmarks],
        )


class FacesAnswer(Answer):
    """The faces of a photo, largest first."""

    width_px: int
    height_px: int
    faces: list[FaceAnswer]


class SampleAnswer(Answer):
    """A stored sample and where its image is."""

    id: UUID
    modality: Modality
    position: FingerPosition
    impression: Impression | None
    slap: str | None = Field(description="Of a slap: the name it was sent under.")
    slap_id: UUID | None = Field(description="Of a finger cut out of a slap: the slap's sample.")
    dpi: float | None
    sha256: str
    image: str

    @classmethod
    def of(cls, sample: Sample) -> "SampleAnswer":
        """Describe a sample."""
        return cls(
            id=sample.id,
            modality=sample.modality,
            position=sample.position,
            impression=sample.impression,
            slap=sample.slap.position.part if sample.slap else None,
            slap_id=sample.cut.slap_id if sample.cut else None,
            dpi=sample.dpi,
            sha256=sample.sha256,
            image=image_link(sample.id),
        )


def image_link(sample_id: UUID, max_side: int | None = None) -> str:
    """Return the path of a sample's image, or of its thumbnail."""
    return f"/v1/samples/{sample_id}/image" + (f"?max_side={max_side}" if max_side else "")
