"""Calls between the processes of one machine and its gateway: a loopback port, a secret in a file."""

import json
import os
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from cluster.errors import GatewayUnavailable
from cluster.parameters import CLUSTER
from core.errors import NishanError
from core.logging import get_logger

_LOG = get_logger(__name__)


def address_file(data_dir: Path) -> Path:
    """Return where the gateway of a data directory says how to reach it."""
    return data_dir.absolute() / "cluster" / "gateway.json"


def serve(data_dir: Path, answers: Mapping[str, Callable[..., Any]]) -> None:
    """Answer calls by name, each connection in a thread of its own; does not return."""
    secret = secrets.token_bytes(32)
    with Listener(("127.0.0.1", 0), backlog=64, authkey=secret) as listener:
        _publish(address_file(data_dir), {"port": listener.address[1], "secret": secret.hex()})
        _LOG.info("gateway ready", port=listener.address[1])
        while True:
            try:
                connection = listener.accept()
            except (OSError, EOFError, AuthenticationError):  # a caller that went away or knows no secret
                continue
            threading.Thread(target=_answer, args=(connection, answers), daemon=True).start()


def _publish(path: Path, content: Mapping[str, object]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    beside.replace(path)


def _answer(connection: "Connection[Any, Any]", answers: Mapping[str, Callable[..., Any]]) -> None:
    with connection, suppress(EOFError, OSError):
        while True:
            name, arguments = connection.recv()
            try:
                answer: object = answers[name](*arguments)
            except NishanError as problem:
                answer = problem
            except Exception:
                _LOG.exception("gateway call failed", call=name)
                answer = GatewayUnavailable("The gateway could not answer; its log says why.")
            connection.send(answer)


class GatewayCalls:
    """Calls the gateway of this machine from many threads; waits for it while it starts again."""

    def __init__(self, data_dir: Path) -> None:
        self._file = address_file(data_dir)
        self._idle: queue.SimpleQueue[Connection[Any, Any]] = queue.SimpleQueue()

    def call(
        self, name: str, *arguments: object, patience_s: float = 0.0, longest_s: float = CLUSTER.call_s
    ) -> Any:
        """Return the gateway's answer, or raise what it raised.

        A call that is cut off is made once more: all of them may be made twice.

        Args:
            patience_s: How long to wait for a gateway that is not there.
            longest_s: How long one answer may take.

        Raises:
            GatewayUnavailable: it is not there, or does not answer.
        """
        ends = time.monotonic() + patience_s
        while True:
            try:
                answer = self._once(name, arguments, longest_s)
            except (OSError, EOFError, ValueError, KeyError, AuthenticationError) as problem:
                if time.monotonic() >= ends:
                    raise GatewayUnavailable(
                        "The cluster's gateway of this machine does not answer. Try again shortly."
                    ) from problem
                time.sleep(0.1)
                continue
            if isinstance(answer, NishanError):
                raise answer
            return answer

    def close(self) -> None:
        """Let go of the connections."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _once(self, name: str, arguments: tuple[object, ...], longest_s: float) -> Any:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._open()
        try:
            connection.send((name, arguments))
            if not connection.poll(longest_s):
                raise TimeoutError(name)
            answer = connection.recv()
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return answer

    def _open(self) -> "Connection[Any, Any]":
        found = json.loads(self._file.read_text(encoding="utf-8"))
        return Client(("127.0.0.1", int(found["port"])), authkey=bytes.fromhex(found["secret"]))
