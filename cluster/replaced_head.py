"""Ends a node whose head was replaced by one that knows nothing of it, so that it is started again and joins.

Ray notices that, too, but among messages of its own that it can no longer send: on a busy machine after
a minute or more.
"""

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from cluster.parameters import CLUSTER

_LOG = logging.getLogger(__name__)


def watch_head(address: str) -> None:
    """Look from now on, in a thread, whether the head at this host:port is still the one it is now."""
    threading.Thread(target=partial(_end_when_replaced, address), daemon=True).start()


def _end_when_replaced(address: str) -> None:
    from ray._raylet import GcsClient  # type: ignore[attr-defined]  # compiled
    from ray.exceptions import AuthenticationError, RpcError

    head = None
    while True:
        try:
            head = head or GcsClient(address=address)
            head.check_alive([], timeout=CLUSTER.status_s)
        except AuthenticationError:
            _LOG.warning("The head of the cluster is another one now: this node ends, to join it.")
            _end_node()
        except RpcError:
            pass  # it is away, and may come back
        time.sleep(CLUSTER.look_s)


def _end_node() -> None:
    """Kill what Ray started for this node; the process that watches over them then ends by itself."""
    for thread in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # what ends by itself meanwhile
            for child in thread.read_text("ascii").split():
                os.kill(int(child), signal.SIGKILL)
