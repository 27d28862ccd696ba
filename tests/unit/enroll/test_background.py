"""Background threads have a low priority, keep the caller's context, and leave other threads theirs."""

import asyncio
import os
import threading

from core.logging import correlation_id
from enroll.background import BackgroundThreads
from enroll.parameters import ENROLL


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_work_is_done_at_low_priority_with_the_callers_context() -> None:
    seen: list[tuple[int, str]] = []
    before = _niceness()

    async def call() -> None:
        token = correlation_id.set("job-7")
        await BackgroundThreads(1).run(lambda: seen.append((_niceness(), correlation_id.get())))
        correlation_id.reset(token)

    asyncio.run(call())
    assert seen == [(max(ENROLL.worker.background_niceness, before), "job-7")]
    assert _niceness() == before
