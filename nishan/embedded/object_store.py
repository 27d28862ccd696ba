"""The embedded S3 server: SeaweedFS in its one-process form, on loopback ports, with generated keys."""

import json
import os
import secrets
import signal
import time
from pathlib import Path

import httpx

from nishan.embedded.binaries import object_store_program
from nishan.embedded.child import Child, last_lines
from nishan.embedded.ports import free_ports, remembered_ports
from nishan.errors import PartFailed
from nishan.private_files import private_directory, remembered_secret, write_private_json

_READY_PATIENCE_S = 30.0
_DEAD_WITHIN_S = 5.0
_STARTS = 3
_SOCKET_FILES = Path("/tmp")  # noqa: S108 -- where the server puts them; the place is built in
_PORT_OPTIONS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
_SIGNING_KEYS = (
    "WEED_JWT_SIGNING_KEY",
    "WEED_JWT_SIGNING_READ_KEY",
    "WEED_JWT_FILER_SIGNING_KEY",
    "WEED_JWT_FILER_SIGNING_READ_KEY",
)
_OPTIONS = (
    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
    *("-master.telemetry=false", "-admin.ui=false", "-webdav=false"),
    *("-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=identities.json"),
    *("-filer.disableDirListing", "-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock"),
    "-master.volumeSizeLimitMB=1024",
)


class EmbeddedObjectStore:
    """An S3 server whose files lie in ``directory``.

    Its own defaults would listen on every address, leave the file and volume ports without a check and
    report statistics to its makers; each is switched off here. It is still not trusted: images are
    encrypted before they reach it.
    """

    def __init__(self, directory: Path, log: Path) -> None:
        self.directory = private_directory(directory)
        self.log = log
        self.access_key = remembered_secret(directory / "access_key", lambda: secrets.token_hex(10))
        self.secret_key = remembered_secret(directory / "secret_key")
        self._signing_key = remembered_secret(directory / "signing_key")
        self._ports: list[int] = []
        self._child: Child | None = None

    @property
    def endpoint(self) -> str:
        """Host and port of the S3 interface."""
        return f"127.0.0.1:{self.port_of('s3.port')}"

    @property
    def pid(self) -> int | None:
        """The process id of the server, while it runs."""
        return self._child.pid if self._child else None

    def running(self) -> bool:
        """Return whether the server runs."""
        return self._child is not None and self._child.running()

    def start(self) -> None:
        """Start the server and return when an object could be written.

        Raises:
            PartFailed: the server ended or was not ready in time; the message quotes its log.
        """
        self._write_identities()
        if self._child:  # one that was killed holds its ports until the kernel has taken it apart
            self._child.wait_or_kill(_DEAD_WITHIN_S)
        memory = self.directory / "ports.json"
        for attempt in range(_STARTS):
            self._ports = remembered_ports(memory, len(_PORT_OPTIONS))
            if attempt:
                self._ports = free_ports(len(_PORT_OPTIONS))
                write_private_json(memory, self._ports)
            self._child = self._launch()
            if self._became_ready():
                return
        raise PartFailed(f"The object store did not start: {last_lines(self.log)} (see {self.log}).")

    def ask_to_stop(self) -> None:
        """Ask the server to end; returns at once."""
        if self._child:
            self._child.ask_to_stop(signal.SIGTERM)

    def stop(self, patience_s: float = 5.0) -> None:
        """Stop the server; after ``patience_s`` kill it, which was measured to lose no written object."""
        if self._child:
            self.ask_to_stop()
            self._child.wait_or_kill(patience_s)
            self._child = None
        self._remove_socket_files()

    def _remove_socket_files(self) -> None:
        """Remove the gRPC socket files, whose place cannot be set and which the server leaves behind."""
        for port in self._ports:
            for socket_file in _SOCKET_FILES.glob(f"seaweedfs-*-grpc-{port}.sock"):
                socket_file.unlink(missing_ok=True)

    def port_of(self, option: str) -> int:
        """The port of one of the server's interfaces."""
        return self._ports[_PORT_OPTIONS.index(option)]

    def _write_identities(self) -> None:
        keys = {"accessKey": self.access_key, "secretKey": self.secret_key}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        identity = {"name": "nishan", "credentials": [keys], "actions": actions}
        write_private_json(self.directory / "identities.json", {"identities": [identity]})

    def _launch(self) -> Child:
        objects = private_directory(self.directory / "objects")
        options = [f"-{name}={port}" for name, port in zip(_PORT_OPTIONS, self._ports, strict=True)]
        return Child(
            [object_store_program(), "-logtostderr=true", "mini", f"-dir={objects}", *options, *_OPTIONS],
            log=self.log,
            death_signal=signal.SIGKILL,
            environment=self._environment(),
            cwd=self.directory,
        )

    def _environment(self) -> dict[str, str]:
        signing = {name: f"{name}:{self._signing_key}" for name in _SIGNING_KEYS}
        home = {"HOME": str(self.directory), "PATH": os.environ.get("PATH", "/usr/bin:/bin")}
        return {**home, **signing, "GOMEMLIMIT": "512MiB"}

    def _became_ready(self) -> bool:
        """Wait until the master hands out a place to write; return False when the server ended first."""
        deadline = time.monotonic() + _READY_PATIENCE_S
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            while self.running() and time.monotonic() < deadline:
                if self._answers(client):
                    return True
                time.sleep(0.05)
        self.stop(1.0)
        return False

    def _answers(self, client: httpx.Client) -> bool:
        try:
            place = client.get(f"http://127.0.0.1:{self.port_of('master.port')}/dir/assign")
            s3 = client.get(f"http://{self.endpoint}/healthz")
            return "fid" in place.json() and s3.is_success
        except (httpx.HTTPError, json.JSONDecodeError):
            return False
