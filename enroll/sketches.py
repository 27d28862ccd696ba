"""When a sketch of a face may be searched: alone, for an investigation, without a threshold."""

from core.errors import InputRejected
from records.access import Purpose


class SketchNotAllowed(InputRejected):
    """A sketch was sent where only photographs are taken."""

    code = "sketch_not_allowed"


class SketchPurpose(InputRejected):
    """A sketch was sent for something else than an investigation."""

    code = "sketch_purpose"


class SketchNotAlone(InputRejected):
    """A sketch was sent with other files."""

    code = "sketch_not_alone"


def require_searchable(purpose: Purpose | None, target_fpir: int | None, files: int) -> None:
    """Refuse a sketch that may not be searched so.

    Args:
        files: How many files are searched together, the sketch among them.

    Raises:
        SketchPurpose, SketchNotAllowed, SketchNotAlone: the message says what to do.
    """
    if purpose is not Purpose.INVESTIGATION:
        raise SketchPurpose(
            "A sketch may be searched for an investigation only: state that purpose, or send a photograph.",
            field="purpose",
        )
    if target_fpir is not None:
        raise SketchNotAllowed(
            "A sketch cannot be searched with a threshold: how often strangers would pass it is not known.",
            field="target_fpir",
        )
    if files != 1:
        raise SketchNotAlone(
            "A sketch is searched alone: its score cannot be joined with those of prints or photographs."
            " Search the others by themselves."
        )
