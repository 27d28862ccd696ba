"""The queue's order: an enrolment before a video before a batch, and a running batch gives way to it."""

import asyncio
import io
import os
import threading
import zipfile
from uuid import UUID

import procrastinate
import pytest
from sqlalchemy import text

from enroll import batch_search, tasks
from enroll.bulk import BatchRequest, accept_archive
from enroll.enrolment import accept
from enroll.forgotten import requeue_forgotten
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import defer_video
from enroll.tasks import make_app
from enroll.video_processing import accept as accept_video
from records.access import Officer, Purpose
from records.batches import Batch, BatchStatus, batch_for
from records.video_space import VideoSpace
from records.video_store import VideoUpload
from records.videos import VideoStatus, video_for
from tests.integration.enroll.people import fingerprint, request

REQUEST = BatchRequest("night shift", Purpose.TRAINING, "FSL/18/2026")


def _batch(parts: WorkerParts, officer: Officer, probes: int) -> Batch:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(probes):
            archive.writestr(f"finger_1_{number}.png", fingerprint(300 + number, 1).data)
    packed.seek(0)
    return accept_archive(parts.database, parts.store, officer, REQUEST, packed)


def _work_off(parts: WorkerParts) -> None:
    """Do all that is in the queue, one job at a time, as a worker does."""

    async def work() -> None:
        app = make_app(parts, procrastinate.PsycopgConnector(conninfo=parts.database.url))
        async with app.open_async():
            app.periodic_registry.periodic_tasks.clear()  # a batch gives way to what the clock brings, too
            await app.run_worker_async(concurrency=1, wait=False, install_signal_handlers=False)

    asyncio.run(work())


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The jobs in the order in which they are begun, with their niceness; each still does its work."""
    order: list[tuple[str, int]] = []
    for name in ("process", "process_video", "run_batch"):
        real = getattr(tasks, name)

        def noted(parts: WorkerParts, key: UUID, name: str = name, real: object = real) -> object:
            order.append((name, os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
            return real(parts, key)  # type: ignore[operator]

        monkeypatch.setattr(tasks, name, noted)
    return order


def test_what_people_wait_for_goes_first(
    parts: WorkerParts, officer: Officer, investigator: Officer, begun: list[tuple[str, int]]
) -> None:
    _batch(parts, investigator, 1)
    with parts.database.transaction() as session:
        defer_video(session, UUID(int=0))  # of a video deleted since: nothing to do but its turn
    accept(parts.database, parts.store, officer, request("first", [fingerprint(310, 1)]))
    _work_off(parts)
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    low = max(usual, ENROLL.worker.background_niceness)
    assert begun == [("process", usual), ("process_video", low), ("run_batch", low)]


def test_a_running_batch_gives_way(
    parts: WorkerParts,
    officer: Officer,
    investigator: Officer,
    begun: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = _batch(parts, investigator, 3)
    search = batch_search._search_item
    searched: list[int] = []

    def enrolment_arrives(*arguments: object) -> None:
        search(*arguments)  # type: ignore[arg-type]
        searched.append(len(begun))
        if len(searched) == 1:
            accept(parts.database, parts.store, officer, request("second", [fingerprint(311, 1)]))

    monkeypatch.setattr(batch_search, "_search_item", enrolment_arrives)
    _work_off(parts)
    assert [name for name, _ in begun] == ["run_batch", "process", "run_batch"]
    assert searched == [1, 3, 3]
    with parts.database.transaction() as session:
        assert batch_for(session, investigator, batch.id).status is BatchStatus.COMPLETE


def test_videos_and_batches_without_a_job_get_one_and_others_none(
    parts: WorkerParts, investigator: Officer, begun: list[tuple[str, int]]
) -> None:
    batch = _batch(parts, investigator, 1)
    upload = VideoUpload(parts.store)
    upload.write(b"RIFF" + bytes(4) + b"AVI " + bytes(500))
    space = VideoSpace(10**9, 10**10)
    video = accept_video(
        parts.database, investigator, upload, "clip.avi", Purpose.TRAINING, "FSL/19/2026", space
    )

    async def requeued() -> int:
        app = make_app(parts, procrastinate.PsycopgConnector(conninfo=parts.database.url))
        async with app.open_async():
            return await requeue_forgotten(app, parts)

    assert asyncio.run(requeued()) == 0
    with parts.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'"))
    assert asyncio.run(requeued()) == 2
    assert asyncio.run(requeued()) == 0
    _work_off(parts)
    assert [name for name, _ in begun] == ["process_video", "run_batch"]
    with parts.database.transaction() as session:
        assert batch_for(session, investigator, batch.id).status is BatchStatus.COMPLETE
        assert video_for(session, investigator, video.id).status is VideoStatus.FAILED
    assert asyncio.run(requeued()) == 0
