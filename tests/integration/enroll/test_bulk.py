"""A batch: a zip or a list of probes becomes real searches with audit rows, and rows of a result."""

import io
import zipfile
from uuid import UUID

import pytest

from enroll.batch_results import COLUMNS, result_rows
from enroll.batch_search import run_batch
from enroll.bulk import BatchRequest, accept_archive, accept_list
from enroll.errors import ArchiveUnusable, ListUnusable
from enroll.parts import WorkerParts
from enroll.tasks import queue_health
from records import audit
from records.access import Officer, PermissionMissing, Purpose, Role
from records.batches import BatchStatus, batch_for
from records.searches import CaseNumberMissing, search_for
from tests.integration.enroll.conftest import new_officer
from tests.integration.enroll.people import enrol, face, fingerprint

REQUEST = BatchRequest("night shift", Purpose.TRAINING, "FSL/17/2026", max_candidates=3)


def zipped(**files: bytes) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    packed.seek(0)
    return packed


def finish(parts: WorkerParts, officer: Officer, batch_id: UUID) -> None:
    for _ in range(20):
        run_batch(parts, batch_id)
        with parts.database.transaction() as session:
            if batch_for(session, officer, batch_id).status is BatchStatus.COMPLETE:
                return
    raise AssertionError("the batch does not end")


def test_a_zip_of_probes_is_searched_probe_by_probe(
    parts: WorkerParts, officer: Officer, investigator: Officer
) -> None:
    known = enrol(parts, officer, "known to the batch", [face("obama"), fingerprint(100, 3)])
    waiting = queue_health(parts.database).waiting
    packed = zipped(
        folder__photo_dot_jpg=face("obama2").data,
        folder__finger_3_dot_png=fingerprint(100, 3, impression=1).data,
        notes_dot_txt=b"not an image",
        stranger_dot_jpg=face("biden").data,
    )
    batch = accept_archive(parts.database, parts.store, investigator, REQUEST, packed)
    assert batch.status is BatchStatus.QUEUED
    assert (batch.total, batch.failed) == (4, 1)
    assert queue_health(parts.database).waiting == waiting + 1
    finish(parts, investigator, batch.id)

    rows = list(result_rows(parts.database, investigator, batch.id))
    first = {row.name: row for row in reversed(rows)}
    for name in ("folder/photo.jpg", "folder/finger_3.png"):
        assert first[name].rank == 1
        assert first[name].person_number == known.person_number
        assert first[name].expected_strangers is not None
        assert first[name].expected_strangers < 0.01
    assert first["notes.txt"].status == "failed"
    assert "JPEG" in first["notes.txt"].problem
    assert set(rows[0].as_dict()) == set(COLUMNS)

    with parts.database.transaction() as session:
        search = search_for(session, investigator, UUID(first["folder/photo.jpg"].search_id))
    assert search.case_number == REQUEST.case_number
    auditor = new_officer(parts.database, "auditor29", Role.AUDITOR, "29")
    with parts.database.transaction() as session:
        searches = audit.page(
            session, auditor, audit.AuditFilters(case_number=REQUEST.case_number), limit=100
        ).items
    assert sum(entry.object_type == "search" for entry in searches) == 3


def test_running_a_finished_batch_again_searches_nothing_twice(
    parts: WorkerParts, investigator: Officer
) -> None:
    batch = accept_archive(
        parts.database, parts.store, investigator, REQUEST, zipped(one_dot_jpg=face("biden").data)
    )
    finish(parts, investigator, batch.id)
    before = [row.search_id for row in result_rows(parts.database, investigator, batch.id)]
    run_batch(parts, batch.id)
    assert [row.search_id for row in result_rows(parts.database, investigator, batch.id)] == before


def test_a_list_names_its_files_and_what_they_show(
    parts: WorkerParts, officer: Officer, investigator: Officer
) -> None:
    enrol(parts, officer, "known to the list", [fingerprint(110, 7)])
    listing = (
        b"file,modality,position,impression,dpi,probe\n"
        b"a.png,finger,7,plain,500,knife handle\n"
        b"lost.png,finger,7,plain,500,door\n"
    )
    files = {"a.png": fingerprint(110, 7, impression=2).data}
    batch = accept_list(parts.database, parts.store, investigator, REQUEST, listing, files)
    finish(parts, investigator, batch.id)
    rows = list(result_rows(parts.database, investigator, batch.id))
    assert [(row.name, row.rank) for row in rows if row.rank in (1, None)] == [
        ("knife handle", 1),
        ("door", None),
    ]


def test_an_unusable_batch_leaves_nothing_behind(parts: WorkerParts, investigator: Officer) -> None:
    stored = len(list(parts.store.keys()))
    with pytest.raises(ArchiveUnusable):
        accept_archive(parts.database, parts.store, investigator, REQUEST, io.BytesIO(b"no zip"))
    with pytest.raises(ListUnusable):
        accept_list(parts.database, parts.store, investigator, REQUEST, b"name\nx\n", {})
    nameless = BatchRequest("x", Purpose.TRAINING, " ")
    with pytest.raises(CaseNumberMissing):
        accept_archive(parts.database, parts.store, investigator, nameless, zipped(a_dot_jpg=b"x"))
    assert len(list(parts.store.keys())) == stored


def test_station_staff_may_not_run_batches(parts: WorkerParts, officer: Officer) -> None:
    with pytest.raises(PermissionMissing):
        accept_archive(parts.database, parts.store, officer, REQUEST, zipped(a_dot_jpg=face("biden").data))
