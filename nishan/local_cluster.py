"""A whole cluster on one machine, to try it and to test it: head, nodes and gateway on loopback addresses."""

import os
import secrets
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cluster.gateway_socket import GatewayCalls, address_file
from cluster.messages import ClusterStatus
from cluster.node_process import session_directory
from cluster.parameters import CLUSTER
from core.errors import Unavailable
from nishan.embedded.ports import free_ports
from nishan.errors import PartFailed
from nishan.native_threads import thread_limits
from nishan.private_files import private_directory
from nishan.restarting import RestartingProcess

MARK = "NISHAN_LOCAL_CLUSTER"
"""Variable by which the processes of one local cluster are known, also those that Ray makes."""

HEAD = "127.0.0.1"
"""The name of the machine that is played first; all of them listen on this address alone."""

_JOINED = b"Ray runtime started"
_JOINED_S = 40.0
"""How long the next machine waits for the one before to have joined: longer than Ray waits for it."""


class LocalCluster:
    """Each "machine" has a loopback address for its name: the head 127.0.0.1, further nodes 127.0.0.2 and on.

    Args:
        data_dir: Where the gateway and the head keep what they keep; a directory of its own.
        machines: How many hold shards; the head is the first of them.
        port: Of the head; 0 for a free one.
        token: The secret of the cluster; empty for a new one.
    """

    def __init__(
        self,
        data_dir: Path,
        database_url: str,
        machines: int = 3,
        shards: int = 2,
        replicas: int = 2,
        port: int = 0,
        token: str = "",
    ) -> None:
        self.data_dir = private_directory(data_dir)
        self._logs = private_directory(self.data_dir / "logs")
        self.settings = {
            "NISHAN_DATA_DIR": str(self.data_dir),
            "NISHAN_DATABASE_URL": database_url,
            "NISHAN_CLUSTER_ADDRESS": f"{HEAD}:{port or free_ports(1)[0]}",
            "NISHAN_CLUSTER_TOKEN": token or secrets.token_hex(32),
            "NISHAN_CLUSTER_SHARDS": str(shards),
            "NISHAN_CLUSTER_REPLICAS": str(replicas),
        }
        self._machines = machines
        self._mark = secrets.token_hex(16)
        self.members: dict[str, RestartingProcess] = {}
        self.calls = GatewayCalls(self.data_dir)

    def start(self, patience_s: float = 300.0) -> None:
        """Start everything and wait until every shard answers.

        Raises:
            PartFailed: they do not.
        """
        address_file(self.data_dir).unlink(missing_ok=True)
        self.start_machines()
        self.add("gateway", HEAD, "cluster.gateway_process")
        self.await_shards(self._machines, patience_s)

    def start_machines(self) -> None:
        """Start the head and the further nodes one after the other.

        Of nodes that join at the same moment Ray 2.60 often leaves one waiting half a minute for an answer.
        """
        self._start_machine("head", HEAD)
        for number in range(1, self._machines):
            self._start_machine("node", f"127.0.0.{1 + number}", f"-{number}")

    def _start_machine(self, kind: str, name: str, number: str = "") -> None:
        log = self._logs / f"{kind}{number}.log"
        before = log.stat().st_size if log.exists() else 0
        self.add(f"{kind}{number}", name, "cluster.node_process", kind)
        deadline = time.monotonic() + _JOINED_S
        while _JOINED not in log.read_bytes()[before:] and time.monotonic() < deadline:
            self.watch()
            time.sleep(0.1)

    def add(self, part: str, ip: str, module: str, *arguments: str) -> RestartingProcess:
        """Start one process of a machine."""
        marks = {
            MARK: self._mark,
            "NISHAN_CLUSTER_HOST": ip,
            "NISHAN_SNAPSHOT_DIR": str(self.data_dir / "cluster" / "snapshots" / ip),
        }
        environment = {**os.environ, **self.settings, **thread_limits(), **marks}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        line = [sys.executable, "-m", module, *arguments]
        member = RestartingProcess(
            part, line, self._logs / f"{part}.log", environment, death_signal=signal.SIGTERM
        )
        member.start()
        self.members[part] = member
        return member

    def watch(self) -> None:
        """Start again what ended."""
        for member in self.members.values():
            member.watch()

    def status(self) -> ClusterStatus | None:
        """Return how the cluster is, None while the gateway cannot say."""
        try:
            answer: ClusterStatus = self.calls.call("status")
        except Unavailable:
            return None
        return answer

    def await_shards(self, machines: int = 0, patience_s: float = 300.0) -> ClusterStatus:
        """Return once every shard has all its replicas ready, spread evenly over so many machines.

        Raises:
            PartFailed: they do not come.
        """
        deadline = time.monotonic() + patience_s
        status = None
        while time.monotonic() < deadline:
            self.watch()
            status = self.status()
            if status is not None and _settled(status, machines):
                return status
            time.sleep(0.1)
        raise PartFailed(f"The shards are not ready after {patience_s:.0f} s: {status}; see {self._logs}")

    def lose(self, part: str) -> None:
        """Kill a machine as a power cut would: all its processes at once; it does not come back by itself."""
        ip = self._environment_of(part)["NISHAN_CLUSTER_HOST"]
        self.members.pop(part)
        self._kill({"NISHAN_CLUSTER_HOST": ip})

    def stop(self) -> None:
        """End every process of this cluster at once: what shards and head hold is derived or on disk.

        Snapshots go, too: while nobody plays these machines, nobody would keep them free of the erased.
        """
        self.calls.close()
        self._kill({})
        for member in self.members.values():
            member.wait_or_kill(0)
        shutil.rmtree(self.data_dir / "cluster" / "snapshots", ignore_errors=True)
        port = self.settings["NISHAN_CLUSTER_ADDRESS"].rpartition(":")[2]
        shutil.rmtree(session_directory(port), ignore_errors=True)

    def _environment_of(self, part: str) -> Mapping[str, str]:
        pid = self.members[part].pid
        return _environment(Path(f"/proc/{pid}")) if pid else {}

    def processes(self, marks: Mapping[str, str] | None = None) -> set[int]:
        """Return the processes of this cluster that were started with these variables, and their children.

        Of Ray's agents, which write their titles over their variables, only the parents tell whose they are.
        """
        wanted = {MARK: self._mark, **(marks or {})}.items()
        parents = {int(each.name): _parent(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
        found = {pid for pid in parents if wanted <= _environment(Path(f"/proc/{pid}")).items()}
        while children := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= children
        return found

    def _kill(self, marks: Mapping[str, str]) -> None:
        """Kill the processes that were started with these variables, and wait until they are gone."""
        while found := self.processes(marks):
            for pid in found:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.02)


def _settled(status: ClusterStatus, machines: int) -> bool:
    ready = [each for each in status.replicas if each.ready]
    loads = Counter(dict.fromkeys(status.nodes, 0))
    loads.update(each.node for each in ready)
    return (
        status.adding is status.removing is None
        and len(status.nodes) >= machines
        and len(ready) == len(status.shards) * status.replicas_wanted
        and max(loads.values()) - min(loads.values()) < CLUSTER.least_gain
    )


def _parent(process: Path) -> int:
    """Return the parent's number, 0 for a process that has ended."""
    try:
        return int((process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _environment(process: Path) -> dict[str, str]:
    """Return the variables a process was started with; empty for one that is not ours or has ended."""
    try:
        text = (process / "environ").read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in text.split("\0") if "=" in entry)
