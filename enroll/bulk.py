"""Accepts a batch of probes, as a zip archive or as a CSV list with files, and queues its searches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from biometrics.template import Modality
from core.settings import settings
from enroll.archive import Archive, ArchivedFile, ArchiveLimits
from enroll.batch_files import ReadFile, clean, put_together, stage_file
from enroll.engines import image_limits
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


@dataclass(frozen=True)
class BatchRequest:
    """What a batch is for and how it is searched.

    Attributes:
        modality: Of probes whose name and list line say nothing else.
        target_fpir: Of every probe: only candidates that meet it are proposed; None for no threshold.
        incomplete_accepted: Answer while parts of the gallery are away, instead of waiting for them.
    """

    title: str
    purpose: Purpose
    case_number: str
    filters: SearchFilters = field(default_factory=SearchFilters)
    max_candidates: int = 20
    modality: Modality = Modality.FACE
    target_fpir: int | None = None
    incomplete_accepted: bool = False


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


def _read_archive(archive: Archive, default: Modality) -> Iterator[ReadFile]:
    listings = [name for name in archive.names() if name.lower().endswith(ENROLL.batch.list_name)]
    if not listings:
        yield from (_as_read(probe_from_name(file.name, default), file) for file in archive.files())
        return
    folder = listings[0][: -len(ENROLL.batch.list_name)]
    by_file: dict[str, list[ListedProbe]] = {}
    for probe in read_list(archive.read(listings[0]), default):
        by_file.setdefault(folder + probe.file, []).append(probe)
    marked = {folder + probe.minutiae for probes in by_file.values() for probe in probes if probe.minutiae}
    missing = sorted({*by_file, *marked} - set(archive.names()))
    if missing:
        raise ListUnusable(f"The list names {missing[0]}, which is not in the archive.", missing=len(missing))
    for file in archive.files():
        for probe in by_file.get(file.name, []):
            yield _as_read(probe, file, archive.read(folder + probe.minutiae) if probe.minutiae else None)


def _as_read(probe: ListedProbe, file: ArchivedFile, marked: bytes | None = None) -> ReadFile:
    return ReadFile(probe, file.data, file.problem, marked)


def _found(probe: ListedProbe, files: Mapping[str, bytes]) -> ReadFile:
    for name in filter(None, (probe.file, probe.minutiae)):
        if name not in files:
            return ReadFile(probe, problem=f"The list names {clean(name)}, but it was not sent.")
    return ReadFile(probe, files[probe.file], marked=files[probe.minutiae] if probe.minutiae else None)


def _accept(
    database: Database,
    store: ImageStore,
    officer: Officer,
    request: BatchRequest,
    files: Iterable[ReadFile],
) -> Batch:
    limits = image_limits(settings())
    # Objects first, rows second; should this end halfway, the sweep removes what has no row.
    staged = [stage_file(store, file, limits) for file in files]
    with database.transaction() as session:
        batch = batches.create_batch(
            session,
            officer,
            request.title,
            request.purpose,
            request.case_number,
            request.filters,
            request.max_candidates,
            request.target_fpir,
            incomplete_accepted=request.incomplete_accepted,
        )
        for outcome in put_together(staged, request.purpose, request.target_fpir):
            if isinstance(outcome, BatchProbe):
                batches.add_probes(session, batch.id, [outcome])
            else:
                batches.add_failed(session, batch.id, *outcome)
        batch = batches.close_batch(session, batch.id)
        defer_batch(session, batch.id)
    return batch
