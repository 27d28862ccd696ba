"""How many cores searches may use in this process, and whether a thread gives way to others."""

import os
import threading

from core.settings import settings


def search_cores() -> int:
    """Return as many as the setting says, or this process's share of the machine's cores."""
    chosen = settings()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return chosen.search_threads or max(1, cores // chosen.api_processes)


def in_background() -> bool:
    """Whether this thread gives way to others of the process: nobody should have to wait for it."""
    if not hasattr(os, "getpriority"):
        return False
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    return own > os.getpriority(os.PRIO_PROCESS, os.getpid())
