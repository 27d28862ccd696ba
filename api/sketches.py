"""Sketches of faces: searched alone and for investigations only, never enrolled or verified, never rated."""

from collections.abc import Mapping, Sequence

from api.schemas.notices import NoticeAnswer
from api.schemas.samples import Capture
from api.schemas.searches import SearchQuery
from api.uploads import ProbeFile
from biometrics.template import Modality
from enroll.search_notices import SKETCH
from enroll.sketches import SketchNotAllowed, require_searchable

NOTICE = NoticeAnswer.model_validate(SKETCH.as_json())


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
    require_searchable(query.purpose, query.target_fpir, len(files))
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
