"""Times as an officer reads and writes them: Indian Standard Time, which has no summer time."""

from datetime import UTC, date, datetime, timedelta, timezone

from core import clock

ZONE = timezone(timedelta(hours=5, minutes=30), "IST")


def moment(value: datetime | str) -> str:
    """Write a moment: ``21 Nov 2026, 14:05 IST``."""
    return _as_datetime(value).astimezone(ZONE).strftime("%-d %b %Y, %H:%M IST")


def iso(value: datetime | str) -> str:
    """Write a moment for programs, in UTC."""
    return _as_datetime(value).astimezone(UTC).isoformat(timespec="seconds")


def day(value: date | str) -> str:
    """Write a date: ``31 Jan 1990``."""
    return (date.fromisoformat(value) if isinstance(value, str) else value).strftime("%-d %b %Y")


def clock_time(seconds: float) -> str:
    """Write a moment of a video: ``0:07``, ``1:02:30``."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    start = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{start}:{whole % 60:02}"


def age(birth_year: int) -> int:
    """Return the age that someone born in a year reaches this year."""
    return clock.now().astimezone(ZONE).year - birth_year


def birth_year(age_years: int) -> int:
    """Return the year in which someone of an age was born, as near as an age tells."""
    return clock.now().astimezone(ZONE).year - age_years


def from_local(text: str) -> datetime:
    """Read what a datetime-local field holds.

    Raises:
        ValueError: it is no date with a time.
    """
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=ZONE)


def local_now() -> str:
    """Return the present minute as a datetime-local field shows it."""
    return clock.now().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def local_today() -> str:
    """Return the present day as a date field shows it."""
    return clock.now().astimezone(ZONE).date().isoformat()


def _as_datetime(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
