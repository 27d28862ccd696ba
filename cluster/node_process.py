"""Becomes one of Ray's own processes: `python -m cluster.node_process head` or `... node`."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cluster.addresses import LOOPBACK, await_head, head_address, own_name, ray_address
from cluster.errors import ClusterNotConfigured
from cluster.parameters import CLUSTER
from cluster.ray_connection import SLOT, environment
from core.errors import NishanError
from core.settings import Settings, settings

_SLOTS = 1000
"""More than there are ever shards; what decides is cluster.hosting, not Ray."""

_LISTENERS = (
    *("node-manager", "object-manager", "runtime-env-agent"),
    *("dashboard-agent-grpc", "dashboard-agent-listen", "metrics-export"),
)
"""What of Ray listens on every machine, by the names of its options."""


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
    ip, port = ray_address(chosen), int(chosen.cluster_address.rpartition(":")[2])
    where = ["--address", head_address(chosen)]
    if head:
        where = ["--head", "--port", str(port), "--include-dashboard", "False", "--no-monitor"]
        where += ["--temp-dir", str(session_directory(str(port)))]
    slots = ["--resources", f'{{"{SLOT}": {_SLOTS}}}'] if with_shards else []
    return [
        *(sys.executable, "-m", "cluster.ray_command", "start", *where, *slots),
        *(
            "--node-ip-address",
            ip,
            "--node-name",
            own_name(chosen),
            *([] if ip == LOOPBACK else _ports(port)),
        ),
        *("--num-cpus", "0", "--disable-usage-stats", "--block", "--include-log-monitor", "False"),
        *("--object-store-memory", str(CLUSTER.object_store_bytes)),
    ]


def _ports(head: int) -> list[str]:
    """Return where a node listens: the same ports on every machine, so that a firewall can name them.

    Ray listens there on all addresses. Machines that are one machine take free ports, on loopback.
    """
    options = [
        part
        for place, what in enumerate(_LISTENERS, start=head + 1)
        for part in (f"--{what}-port", str(place))
    ]
    first = head + CLUSTER.first_worker_port
    last = first + CLUSTER.worker_ports - 1
    return [*options, "--min-worker-port", str(first), "--max-worker-port", str(last)]


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
    else:
        await_head(chosen)
    os.execve(line[0], line, {**os.environ, **variables})  # noqa: S606  (no shell: that is meant)


if __name__ == "__main__":
    main(sys.argv[1:])
