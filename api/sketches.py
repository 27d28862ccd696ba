"""Sketches of faces: searched alone and for investigations only, never enrolled or verified, never rated."""

from collections.abc import Mapping, Sequence

from api.schemas.notices import NoticeAnswer
from api.schemas.samples import Capture
from api.schemas.searches import SearchQuery
from api.uploads import ProbeFile
from biometrics.template import Modality
from core.errors import InputRejected
from records.access import Purpose

NOTICE = NoticeAnswer(
    code="sketch_uncalibrated",
    message="The probe is a sketch. Scores of sketches are not calibrated: how many strangers would score as"
    " high is not known, and the first candidate may well be a stranger. For investigation only; this answer"
    " is no evidence against anybody.",
    probe_indices=[0],
)


class SketchNotAllowed(InputRejected):
    """A sketch was sent where only photographs are taken."""

    code = "sketch_not_allowed"


class SketchPurpose(InputRejected):
    """A sketch was sent for something else than an investigation."""

    code = "sketch_purpose"


class SketchNotAlone(InputRejected):
    """A sketch was sent with other files."""

    code = "sketch_not_alone"


def searches_sketch(query: SearchQuery, files: Sequence[ProbeFile]) -> bool:
    """Whether a search is by a sketch.

    Raises:
        SketchPurpose, SketchNotAlone, SketchNotAllowed: this one may not be.
    """
    marked = [name for name, capture in query.captures.items() if capture.sketch]
    if not marked:
        return False
    if any(file.modality is not Modality.FACE for file in files if file.part in marked):
        raise SketchNotAllowed("Only a face can be marked as a sketch.", file=marked[0])
    if query.purpose is not Purpose.INVESTIGATION:
        raise SketchPurpose(
            "A sketch may be searched for an investigation only: state that purpose, or send a photograph.",
            field="purpose",
        )
    if query.target_fpir is not None:
        raise SketchNotAllowed(
            "A sketch cannot be searched with a threshold: how often strangers would pass it is not known.",
            field="target_fpir",
        )
    if len(files) != 1:
        raise SketchNotAlone(
            "A sketch is searched alone: its score cannot be joined with those of prints or photographs."
            " Search the others by themselves."
        )
    return True


def refuse_sketches(captures: Mapping[str, Capture], doing: str) -> None:
    """Refuse files that are marked as sketches.

    Args:
        doing: Such as "enrolled".

    Raises:
        SketchNotAllowed: one is.
    """
    for name, capture in captures.items():
        if capture.sketch:
            raise SketchNotAllowed(
                f"A sketch cannot be {doing}: it can only be searched, for an investigation.", file=name
            )
