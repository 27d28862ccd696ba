"""Turns templates into pages: one Jinja environment, always escaping, with the console's words as filters."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.console import moments, odds, template_words, words
from api.uploads import MAX_PHOTOS, MAX_UNKNOWN_FINGERS

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_PARTICULARS = (
    ("superintendent_approval", "Superintendent's approval"),
    ("order_number", "Order number"),
    ("fir_registration", "FIR registration"),
    ("arrest_memo", "Arrest memo"),
    ("officer_name", "Measured by"),
    ("officer_rank", "Rank"),
    ("officer_belt_number", "Belt number"),
    ("device_id", "Device"),
    ("place", "Place"),
    ("court", "Court"),
    ("cnr", "CNR"),
)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment; templates are compiled once per process."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals.update(
        static=static_path,
        choices=words.CHOICES,
        today=moments.local_today,
        most_photos=MAX_PHOTOS,
        most_prints=MAX_UNKNOWN_FINGERS,
    )
    templates.filters.update(_filters())
    return templates


def page(template: str, http_status: int = 200, **values: Any) -> HTMLResponse:
    """Render one page."""
    return HTMLResponse(environment().get_template(template).render(**values), http_status)


@lru_cache(maxsize=64)
def static_path(name: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep it for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def sized(image: str, side: int) -> str:
    """Return the address of an image no larger than ``side`` pixels."""
    return image.split("?")[0] + "?" + urlencode({"max_side": side})


def sample_label(sample: Any) -> str:
    """Name a sample or a piece of evidence: the finger, and whether it is a mark."""
    if str(sample.modality) == "face":
        return "Photo"
    if getattr(sample, "slap", None):
        return words.part_label(sample.slap)
    name = words.finger(sample.position)
    if getattr(sample, "slap_id", None):
        return f"{name} (from slap)"
    return f"Mark ({name.lower()})" if getattr(sample, "impression", None) == "latent" else name


def outside_slaps(samples: Iterable[Any], slaps: Iterable[Any]) -> list[Any]:
    """Leave out the slaps that are drawn, and the fingers that are shown below them."""
    drawn = {slap.sample_id for slap in slaps}
    return [sample for sample in samples if sample.id not in drawn and sample.slap_id not in drawn]


def other_names(person: Any) -> list[str]:
    """Return the names of a person beside the one that is shown first."""
    texts = [name if isinstance(name, str) else str(name.text) for name in person.names]
    return [text for text in dict.fromkeys(texts) if text != person.display_name]


def entered_name(details: Any) -> str:
    """Return the name under which someone was sent in; empty once it lives in the person's record."""
    names = details.names if details else ()
    return str(names[0].text) if names else ""


def particulars(encounter: Any) -> list[tuple[str, str]]:
    """List what is recorded of an encounter beside its head line, as pairs of label and text."""
    pairs = [(label, getattr(encounter, name)) for name, label in _PARTICULARS]
    named = [("Lawful basis", words.basis(encounter.lawful_basis)), *pairs]
    return [(label, str(value)) for label, value in named if value]


_WORD_FILTERS = (
    *(
        "role",
        "purpose",
        "basis",
        "enrolment_status",
        "enrolment_next",
        "batch_status",
        "video_status",
        "verdict",
        "sex",
    ),
    *("search_kind", "relation", "finger", "finger_short", "part_label", "impression", "quality_word"),
    *("quality_tone", "action", "disposal", "due_reason"),
)


def _filters() -> dict[str, Any]:
    return {
        **{name: getattr(words, name) for name in _WORD_FILTERS},
        "words": words.plain,
        "enrolment_tone": words.tone,
        "batch_tone": words.tone,
        "generation_state": template_words.generation_state,
        "generation_tone": template_words.generation_tone,
        "time_left": template_words.time_left,
        "modality_name": lambda code: words.MODALITIES[str(code)],
        "verdict_tone": words.tone,
        "moment": moments.moment,
        "iso": moments.iso,
        "day": moments.day,
        "clock": moments.clock_time,
        "age": moments.age,
        "grouped": odds.grouped,
        "one_in": odds.one_in,
        "odds": odds.sentence,
        "interval": odds.interval,
        "strangers": odds.strangers,
        "strength": odds.strength,
        "strength_tone": odds.strength_tone,
        "verification_title": odds.verification_title,
        "sized": sized,
        "sample_label": sample_label,
        "particulars": particulars,
        "entered_name": entered_name,
        "other_names": other_names,
        "outside_slaps": outside_slaps,
    }
