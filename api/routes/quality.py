"""Requests that judge a file at once and store nothing: how good it is, its faces, the minutiae of a mark."""

from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from api.dependencies import FormHere, OfficerHere, PartsHere
from api.errors import ValidationFailed, validation_problem
from api.examined import first_draft
from api.openapi import multipart
from api.quality import assess, find_faces
from api.schemas.assessments import AssessmentAnswer
from api.schemas.marks import MinutiaeAnswer
from api.schemas.samples import Capture, FacesAnswer
from api.schemas.shape import Request
from api.uploads import ProbeFile, SentForm, UnexpectedPart
from biometrics.fingerprint.slaps.positions import SLAP_PARTS
from biometrics.template import FingerPosition, Impression, Modality
from enroll.errors import NoSample

router = APIRouter(tags=["quality"])

Model = TypeVar("Model", bound=Request)


def _numbers(text: object) -> object:
    return text.replace(",", " ").split() if isinstance(text, str) else text


def _known_slap(part: str) -> str:
    if part not in SLAP_PARTS:
        raise ValueError(f"use one of {', '.join(SLAP_PARTS)}")
    return part


class _Wanted(Request):
    """The text parts of POST /v1/quality."""

    modality: Literal["face", "finger"]
    position: int = Field(default=0, ge=0, le=10)
    impression: Impression = Impression.PLAIN
    dpi: float | None = Field(default=None, gt=0, le=5000)
    slap: Annotated[str, AfterValidator(_known_slap)] | None = None
    missing: Annotated[list[FingerPosition], BeforeValidator(_numbers)] = Field(default_factory=list)

    @property
    def part(self) -> str:
        """The name that the file would have in a search."""
        if self.modality == Modality.FACE.value:
            return "face"
        return self.slap or f"finger_{self.position}"


class _Mark(Request):
    """The text parts of POST /v1/minutiae."""

    dpi: float | None = Field(default=None, gt=0, le=5000)


@router.post(
    "/quality",
    openapi_extra=multipart(
        files={"file": "The image to judge."},
        fields={
            "modality": {"type": "string", "enum": ["face", "finger"]},
            "position": {"type": "integer", "minimum": 0, "maximum": 10, "default": 0},
            "impression": {"type": "string", "enum": ["plain", "rolled", "latent"], "default": "plain"},
            "dpi": {"type": "number", "description": "Wins over what the file states."},
            "slap": {"type": "string", "enum": sorted(SLAP_PARTS), "description": "Instead of position."},
            "missing": {"type": "string", "description": "Fingers that cannot be on the slap: 4, 5."},
        },
        required=["file", "modality"],
    ),
)
def judge_quality(parts: PartsHere, _officer: OfficerHere, form: FormHere) -> AssessmentAnswer:
    """Judge one file before it is used. What cannot be used at all answers 422 and says why."""
    wanted = _read(form, _Wanted)
    capture = Capture(impression=wanted.impression, dpi=wanted.dpi, missing=wanted.missing)
    return assess(parts, ProbeFile(wanted.part, _only_file(form)), capture)


@router.post(
    "/minutiae",
    openapi_extra=multipart(
        files={"file": "The image of a mark."},
        fields={"dpi": {"type": "number", "description": "Wins over what the file states."}},
        required=["file"],
    ),
)
def list_minutiae(parts: PartsHere, _officer: OfficerHere, form: FormHere) -> MinutiaeAnswer:
    """Find the minutiae of a mark, for an examiner to correct and send as ``minutiae_N`` of a search."""
    capture = Capture(impression=Impression.LATENT, dpi=_read(form, _Mark).dpi)
    return first_draft(parts, ProbeFile("finger_0", _only_file(form)), capture)


@router.post("/faces", openapi_extra=multipart(files={"file": "A photo."}, required=["file"]))
def list_faces(parts: PartsHere, _officer: OfficerHere, form: FormHere) -> FacesAnswer:
    """Find the faces of a photo; ``index`` is the ``face_index`` of searches and enrolments."""
    return find_faces(parts, ProbeFile("face", _only_file(form)))


def _read(form: SentForm, model: type[Model]) -> Model:
    sent = {name: value for name, value in form.fields.items() if value != ""}
    try:
        return model.model_validate(sent)
    except ValidationError as problem:
        refused = validation_problem(list(problem.errors()))
        raise ValidationFailed(refused.detail, **refused.facts) from None


def _only_file(form: SentForm) -> bytes:
    for file in form.files:
        if file.part != "file":
            raise UnexpectedPart(
                f"The part {file.part[:60]!r} is not known here. Name it 'file'.", part=file.part[:60]
            )
    if len(form.files) != 1:
        raise NoSample("Send exactly one file in the part 'file'.")
    return form.files[0].read()
