"""Becomes one of Ray's own processes: `python -m cluster.node_process head` or `... node`."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cluster.errors import ClusterNotConfigured
from cluster.parameters import CLUSTER
from cluster.ray_connection import SLOT, environment, own_address
from core.errors import NishanError
from core.settings import Settings, settings

_SLOTS = 1000
"""More than there are ever shards; what decides is cluster.hosting, not Ray."""


def session_directory(port: str) -> Path:
    """Return where Ray keeps sockets and logs: short, since a socket's path may have 107 bytes only."""
    return Path(tempfile.gettempdir()) / f"nishan-{os.getuid()}-{port}"


def store_directory(chosen: Settings) -> Path:
    """Return where the head keeps what it must know again after it was killed."""
    return chosen.data_dir.absolute() / "cluster" / "head"


def command(chosen: Settings, *, head: bool, with_shards: bool = True) -> list[str]:
    """Return the command line of a head or of a further node.

    Raises:
        ClusterNotConfigured: an address is missing.
    """
    if not chosen.cluster_address:
        raise ClusterNotConfigured("Set NISHAN_CLUSTER_ADDRESS to host:port of the cluster's head.")
    ip, port = own_address(chosen), chosen.cluster_address.rpartition(":")[2]
    where = ["--address", chosen.cluster_address]
    if head:
        where = ["--head", "--port", port, "--include-dashboard", "False"]
        where += ["--temp-dir", str(session_directory(port))]
    slots = ["--resources", f'{{"{SLOT}": {_SLOTS}}}'] if with_shards else []
    return [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", *where, *slots),
        *("--node-ip-address", ip, "--num-cpus", "0", "--disable-usage-stats", "--block"),
        *("--object-store-memory", str(CLUSTER.object_store_bytes), "--include-log-monitor", "False"),
    ]


def head_environment(chosen: Settings) -> Mapping[str, str]:
    """Return the further variables of the head, which keeps its state on disk (Ray calls this alpha)."""
    return {"RAY_gcs_storage": "rocksdb", "RAY_gcs_storage_path": str(store_directory(chosen))}


def main(arguments: list[str]) -> None:
    """Turn this process into Ray's; ends it where that cannot be."""
    chosen = settings()
    head = arguments[:1] == ["head"]
    try:
        line = command(chosen, head=head, with_shards="--no-shards" not in arguments)
        variables = environment(chosen)
    except NishanError as problem:
        sys.exit(problem.message)
    if head:
        variables |= head_environment(chosen)
        store_directory(chosen).mkdir(mode=0o700, parents=True, exist_ok=True)
        session = session_directory(chosen.cluster_address.rpartition(":")[2])
        session.mkdir(mode=0o700, exist_ok=True)
        # A head that was killed leaves word that it runs, and the next one would believe it.
        (session / "ray_current_cluster").unlink(missing_ok=True)
    os.execve(line[0], line, {**os.environ, **variables})  # noqa: S606  (no shell: that is meant)


if __name__ == "__main__":
    main(sys.argv[1:])
