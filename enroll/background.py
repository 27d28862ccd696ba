"""Threads for work that nobody waits for: the system lets them run when nothing more urgent wants a core."""

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from enroll.parameters import ENROLL


class BackgroundThreads:
    """Runs calls in threads of low priority, for batches, videos and rebuilds.

    An extraction keeps its core for as long as the system lets it. Searches run in other processes on the
    same cores: by its niceness (per thread on Linux) a batch leaves them whatever they ask for, and takes
    what is left. A thread cannot raise its priority again, so that these are threads of their own.
    """

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, "background", initializer=_give_way)

    async def run(self, work: Callable[[], None]) -> None:
        """Do ``work`` in one of the threads, with the caller's context."""
        context = contextvars.copy_context()
        await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)


def _give_way() -> None:
    thread = threading.get_native_id()
    usual = os.getpriority(os.PRIO_PROCESS, thread)
    os.setpriority(os.PRIO_PROCESS, thread, max(usual, ENROLL.worker.background_niceness))
