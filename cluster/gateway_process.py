"""The process of a machine that asks the shards for the API and the workers there.

A process of its own, since Ray ends those that are joined to it when their node ends.
"""

import sys
from collections.abc import Callable
from typing import Any

from cluster.gateway_socket import serve
from cluster.ray_connection import environment, join, leave
from core import logging
from core.errors import NishanError
from core.settings import settings
from records.database import Database

_LOG = logging.get_logger(__name__)


def main() -> int:
    """Join the cluster and serve this machine until told to stop; return the exit code."""
    chosen = settings()
    logging.configure(chosen.log_level)
    try:
        join(chosen, environment(chosen))
        from cluster.gateway import Gateway  # Ray reads its variables when it is imported

        gateway = Gateway(Database(chosen.database_url.get_secret_value(), chosen.database_pool), chosen)
    except (NishanError, ConnectionError) as problem:
        _LOG.error("gateway cannot start", reason=str(problem))
        return 1
    gateway.start()
    answers: dict[str, Callable[..., Any]] = {
        "identify": gateway.identify,
        "status": gateway.status,
        "add_shard": gateway.add_shard,
        "remove_shard": gateway.remove_shard,
    }
    try:
        serve(chosen.data_dir, answers)
    finally:
        gateway.stop()
        leave()
    return 0


if __name__ == "__main__":
    sys.exit(main())
