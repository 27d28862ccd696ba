"""The embedded PostgreSQL: one cluster in the data directory, on a loopback port, owned by one account."""

import os
import pwd
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nishan.embedded.binaries import postgres_programs
from nishan.embedded.child import Account, Child, last_lines
from nishan.embedded.ports import free_ports, is_free, remembered_ports
from nishan.errors import DataDirectoryUnusable, PartFailed
from nishan.private_files import private_directory, remembered_secret, write_private_json

_READY_PATIENCE_S = 60.0
_ZOMBIE_PATIENCE_S = 5.0
_STARTS = 3
_INITDB_OPTIONS = (
    *("-U", "postgres", "-A", "scram-sha-256"),
    *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
)
_SERVER_OPTIONS = (
    *("-h", "127.0.0.1", "-k", ""),  # loopback TCP only: no socket file whose path could be too long
    *("-c", "max_connections=200"),
    *("-c", "log_min_messages=warning"),
)


class EmbeddedPostgres:
    """A PostgreSQL server whose files lie in ``directory``.

    PostgreSQL refuses to run as root, so under root it runs as ``nobody``. That account need not reach
    the data directory by its path: the server is handed an open descriptor of its cluster, so the data
    directory stays owner-only even below the home of root.
    """

    def __init__(self, directory: Path, log: Path, port: int = 0) -> None:
        self.directory = private_directory(directory)
        self.log = log
        self.fixed_port = port
        self.port = port
        self.password = remembered_secret(self.directory / "password", lambda: secrets.token_urlsafe(24))
        self._account = _account_for_servers()
        self._cluster = self.directory / "cluster"
        self._programs = postgres_programs(self.directory, self._account)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The address of the service's database, with its password."""
        return self.url_of("nishan")

    def url_of(self, database: str) -> str:
        """The address of one database of this server, with the password."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """The process id of the server, while it runs."""
        return self._child.pid if self._child else None

    def running(self) -> bool:
        """Return whether the server runs."""
        return self._child is not None and self._child.running()

    def start(self) -> None:
        """Create the cluster if there is none, start the server and return when it takes connections.

        Raises:
            PartFailed: the server ended or was not ready in time; the message quotes its log.
        """
        with self._reachable_cluster() as (path, descriptor):
            if not (self._cluster / "PG_VERSION").exists():
                self._initialise(path, descriptor)
            self._await_end_of_former_server()
            for attempt in range(_STARTS):
                self._choose_port(again=attempt > 0)
                self._child = self._launch(path, descriptor)
                if self._became_ready():
                    return
        raise PartFailed(f"PostgreSQL did not start: {last_lines(self.log)} (see {self.log}).")

    def stop(self, patience_s: float = 5.0) -> None:
        """Stop the server (fast shutdown); after ``patience_s`` kill it, which loses nothing committed."""
        if self._child:
            self._child.ask_to_stop(signal.SIGINT)
            self._child.wait_or_kill(patience_s)
            self._child = None

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create a database as a copy of ``template``; one that exists already is left as it is."""
        address = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-w")
        done = subprocess.run(
            [str(self._programs / "createdb"), *address, f"--template={template}", name],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={"PGPASSWORD": self.password, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )
        if done.returncode != 0 and "already exists" not in done.stderr:
            raise PartFailed(f"The database {name} could not be created: {done.stderr.strip()}")

    @contextmanager
    def _reachable_cluster(self) -> Iterator[tuple[str, int]]:
        """Yield a path of the cluster that the server's account can use, and the descriptor behind it."""
        self._cluster.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(self._cluster, self._account.uid, self._account.gid)
        descriptor = os.open(self._cluster, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield (f"/proc/self/fd/{descriptor}" if self._account else str(self._cluster)), descriptor
        finally:
            os.close(descriptor)

    def _initialise(self, path: str, descriptor: int) -> None:
        """Run initdb; the password travels through a pipe, never through a file or the argument list."""
        if any(self._cluster.iterdir()):
            raise DataDirectoryUnusable(
                f"{self._cluster} holds an unfinished database. If it is from a first start that was cut "
                "short, remove that directory and start again."
            )
        reading, writing = os.pipe()
        os.write(writing, (self.password + "\n").encode())
        os.close(writing)
        if self._account:
            os.fchown(reading, self._account.uid, self._account.gid)
        try:
            done = subprocess.run(
                [str(self._programs / "initdb"), "-D", path, f"--pwfile=/dev/fd/{reading}", *_INITDB_OPTIONS],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd="/",
                pass_fds=(reading, descriptor),
                user=self._account.uid if self._account else None,
                group=self._account.gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        finally:
            os.close(reading)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PartFailed(f"The database could not be created: {reason}")

    def _choose_port(self, again: bool) -> None:
        memory = self.directory / "port.json"
        if self.fixed_port:
            if not is_free(self.fixed_port):
                raise PartFailed(
                    f"Port {self.fixed_port} (NISHAN_EMBEDDED_DATABASE_PORT) is taken: stop the program "
                    "that listens there or choose another port."
                )
        elif again:
            (self.port,) = free_ports(1)
            write_private_json(memory, [self.port])
        else:
            (self.port,) = remembered_ports(memory, 1)

    def _launch(self, path: str, descriptor: int) -> Child:
        return Child(
            [self._programs / "postgres", "-D", path, "-p", str(self.port), *_SERVER_OPTIONS],
            log=self.log,
            death_signal=signal.SIGINT,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=self._account,
            keep_open=(descriptor,),
        )

    def _became_ready(self) -> bool:
        """Wait for "ready" in postmaster.pid; return False when the server ended first."""
        deadline = time.monotonic() + _READY_PATIENCE_S
        while self.running() and time.monotonic() < deadline:
            lines = self._lock_file_lines()
            if len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _lock_file_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _await_end_of_former_server(self) -> None:
        """Wait until a server left by a killed launcher is gone.

        A killed server that nobody reaped is a zombie: PostgreSQL takes it for a running owner of the
        cluster and refuses to start. Where process 1 never reaps (a container without an init), the
        lock file of the zombie is removed.
        """
        started = time.monotonic()
        while lines := self._lock_file_lines():
            state = _process_state(lines[0])
            if state is None:
                return
            waited = time.monotonic() - started
            if state == "Z" and waited > _ZOMBIE_PATIENCE_S:
                (self._cluster / "postmaster.pid").unlink(missing_ok=True)
            elif waited > _READY_PATIENCE_S:
                raise PartFailed(
                    f"Another PostgreSQL (process {lines[0]}) still uses {self._cluster}: stop it first."
                )
            time.sleep(0.05)


def _process_state(pid: str) -> str | None:
    """Return the state letter of a postgres process, None when there is no such process."""
    try:
        name, rest = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8").rsplit(")", 1)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    if "postgres" not in name:  # the number was given to another program after a reboot
        return None
    return rest.split()[0]


def _account_for_servers() -> Account | None:
    """Return the account that servers refusing root run as, None when we are not root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)
