"""Accepts a batch of probes, as a zip archive or as a CSV list with files, and queues its searches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from biometrics.errors import SampleRejected
from biometrics.image import ImageLimits, decode_image
from biometrics.template import Modality
from core.settings import settings
from enroll.archive import Archive, ArchivedFile, ArchiveLimits
from enroll.content import SampleInput
from enroll.engines import image_limits
from enroll.enrolment import stage
from enroll.errors import ListUnusable
from enroll.listing import ListedProbe, probe_from_name, read_list
from enroll.parameters import ENROLL
from enroll.queue import defer_batch
from records import batches
from records.access import Officer, Permission, Purpose, SearchFilters, require
from records.batches import Batch, BatchProbe
from records.database import Database
from records.image_store import ImageStore
from records.searches import check_purpose

_LONGEST_NAME = 300


@dataclass(frozen=True)
class BatchRequest:
    """What a batch is for and how it is searched.

    Attributes:
        modality: Of probes whose name and list line say nothing else.
    """

    title: str
    purpose: Purpose
    case_number: str
    filters: SearchFilters = field(default_factory=SearchFilters)
    max_candidates: int = 20
    modality: Modality = Modality.FACE


@dataclass(frozen=True)
class _Read:
    """One probe as read; without data when ``problem`` says why it cannot be searched."""

    probe: ListedProbe
    data: bytes = b""
    problem: str = ""


def accept_archive(
    database: Database,
    store: ImageStore,
    officer: Officer,
    request: BatchRequest,
    archive: BinaryIO,
    limits: ArchiveLimits | None = None,
) -> Batch:
    """Take in a zip archive: every file is a probe, or those that a list.csv in it names.

    A file that is no usable image becomes a failed line of the result; the others go on.

    Raises:
        ArchiveUnusable, ArchiveTooLarge, ListUnusable: nothing was stored.
    """
    _check(officer, request)
    chosen = settings()
    opened = Archive(archive, limits or ArchiveLimits(chosen.max_upload_bytes, chosen.max_batch_bytes))
    return _accept(database, store, officer, request, _read_archive(opened, request.modality))


def accept_list(
    database: Database,
    store: ImageStore,
    officer: Officer,
    request: BatchRequest,
    listing: bytes,
    files: Mapping[str, bytes],
) -> Batch:
    """Take in a CSV list and the files it names.

    Raises:
        ListUnusable: the list cannot be read; nothing was stored.
    """
    _check(officer, request)
    probes = read_list(listing, request.modality)
    return _accept(database, store, officer, request, [_found(probe, files) for probe in probes])


def _check(officer: Officer, request: BatchRequest) -> None:
    require(officer, Permission.BATCH)
    check_purpose(request.purpose, request.case_number)


def _read_archive(archive: Archive, default: Modality) -> Iterator[_Read]:
    listings = [name for name in archive.names() if name.lower().endswith(ENROLL.batch.list_name)]
    if not listings:
        yield from (_as_read(probe_from_name(file.name, default), file) for file in archive.files())
        return
    folder = listings[0][: -len(ENROLL.batch.list_name)]
    by_file: dict[str, list[ListedProbe]] = {}
    for probe in read_list(archive.read(listings[0]), default):
        by_file.setdefault(folder + probe.file, []).append(probe)
    missing = sorted(set(by_file) - set(archive.names()))
    if missing:
        raise ListUnusable(f"The list names {missing[0]}, which is not in the archive.", missing=len(missing))
    for file in archive.files():
        for probe in by_file.get(file.name, []):
            yield _as_read(probe, file)


def _as_read(probe: ListedProbe, file: ArchivedFile) -> _Read:
    return _Read(probe, file.data, file.problem)


def _found(probe: ListedProbe, files: Mapping[str, bytes]) -> _Read:
    if probe.file not in files:
        return _Read(probe, problem="The list names this file, but it was not sent.")
    return _Read(probe, files[probe.file])


def _accept(
    database: Database,
    store: ImageStore,
    officer: Officer,
    request: BatchRequest,
    probes: Iterable[_Read],
) -> Batch:
    limits = image_limits(settings())
    # Objects first, rows second; should this end halfway, the sweep removes what has no row.
    staged = [_stage(store, probe, limits) for probe in probes]
    with database.transaction() as session:
        batch = batches.create_batch(
            session,
            officer,
            request.title,
            request.purpose,
            request.case_number,
            request.filters,
            request.max_candidates,
        )
        for outcome in staged:
            if isinstance(outcome, BatchProbe):
                batches.add_probes(session, batch.id, [outcome])
            else:
                batches.add_failed(session, batch.id, *outcome)
        batch = batches.close_batch(session, batch.id)
        defer_batch(session, batch.id)
    return batch


def _stage(store: ImageStore, read: _Read, limits: ImageLimits) -> BatchProbe | tuple[str, str]:
    """Return the stored probe, or its name and what is wrong with it."""
    name = _clean(read.probe.name)
    if read.problem:
        return name, read.problem
    probe = read.probe
    sample = SampleInput(
        read.data,
        probe.modality,
        probe.position,
        probe.impression,
        probe.dpi,
        file_name=_clean(probe.file),
    )
    try:
        return BatchProbe(name, stage(store, sample, decode_image(read.data, limits)))
    except SampleRejected as problem:
        return name, problem.message


def _clean(name: str) -> str:
    """Return a file name that can be stored and printed whatever the archive called it."""
    printable = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in name)
    return printable.strip()[-_LONGEST_NAME:] or "unnamed"
