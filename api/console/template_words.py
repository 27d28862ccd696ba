"""The words that people read for generations of templates: states, acts, time left."""

from collections.abc import Mapping

GENERATION_STATES: Mapping[str, str] = {
    "building": "Being built",
    "paused": "Paused",
    "complete": "Complete",
    "failed": "Stopped",
    "retiring": "Being deleted",
    "retired": "Deleted",
}
TEMPLATE_ACTIONS: Mapping[str, str] = {
    "templates.rebuild": "Templates: building begun",
    "templates.pause": "Templates: building paused",
    "templates.resume": "Templates: building resumed",
    "templates.complete": "Templates: building complete",
    "templates.fail": "Templates: building stopped",
    "templates.switch": "Templates: switched",
    "templates.rollback": "Templates: switched back",
    "templates.retire": "Templates: given up",
    "templates.retired": "Templates: deleted",
}

_TONES: Mapping[str, str] = {"complete": "good", "failed": "bad", "paused": "warn", "building": "info"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def generation_state(code: str | None) -> str:
    """Name the state of a generation."""
    return GENERATION_STATES.get(str(code or ""), str(code or ""))


def generation_tone(code: str | None) -> str:
    """Return the colour class of a generation's state."""
    return _TONES.get(str(code or ""), "")


def time_left(seconds: float | None) -> str:
    """Say roughly how long something takes."""
    if seconds is None:
        return ""
    for length, unit in _UNITS:
        if seconds >= length:
            count = round(seconds / length)
            return f"about {count} {unit}{'' if count == 1 else 's'} left"
    return "less than a minute left"
