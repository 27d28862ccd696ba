"""The small integers written on every reference of a gallery, and what each of them means."""

from datetime import date, datetime

from biometrics.template import FingerPosition
from matcher.filters import TagFilter
from records.person_details import Sex

SEX_TAGS = {Sex.UNKNOWN: 0, Sex.MALE: 1, Sex.FEMALE: 2, Sex.OTHER: 3}

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def reference_tags(
    *,
    state_code: str,
    sex: Sex,
    birth_year: int | None,
    occurred_at: datetime,
    child: bool,
    training: bool,
    position: FingerPosition,
) -> dict[str, int]:
    """Return the tags of one reference; an unknown birth year has no tag."""
    tags = {
        "state": int(state_code),
        "sex": SEX_TAGS[sex],
        "day": day_number(occurred_at.date()),
        "child": int(child),
        "training": int(training),
        "position": int(position),
    }
    if birth_year is not None:
        tags["birth_year"] = birth_year
    return tags


def same_kind(training: bool) -> TagFilter:
    """Return the filter that keeps training records apart from real ones, and lets nothing else out."""
    return TagFilter(one_of={"training": frozenset({int(training)})})
