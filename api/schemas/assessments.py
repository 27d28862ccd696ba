"""JSON of the judgement of one file, of which nothing is stored."""

from pydantic import Field

from api.schemas.samples import FaceAnswer, QualityAnswer
from api.schemas.shape import Answer
from api.schemas.slaps import SlapAnswer
from biometrics.template import FingerPosition, Modality


class AssessmentAnswer(Answer):
    """How good one file is; nothing of it was stored."""

    modality: Modality
    position: FingerPosition
    usable: bool
    quality: QualityAnswer
    width_px: int
    height_px: int
    dpi: float | None
    faces: list[FaceAnswer] | None = Field(description="Only for a face.")
    minutiae: int | None = Field(description="Only for a finger: how many ridge details were found.")
    slap: SlapAnswer | None = Field(default=None, description="Only for a slap: its fingers.")
