"""Calls to a gateway: answers, errors as they were raised, no strangers, and a gateway that starts again."""

import json
import stat
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from cluster.errors import GatewayUnavailable, ShardsBeingChanged
from cluster.gateway_socket import GatewayCalls, address_file, serve


def refuse() -> None:
    raise ShardsBeingChanged("One is being added.", shard=3)


def start(data_dir: Path, answers: dict[str, Callable[..., object]]) -> None:
    address_file(data_dir).unlink(missing_ok=True)
    threading.Thread(target=serve, args=(data_dir, answers), daemon=True).start()
    deadline = time.monotonic() + 10
    while not address_file(data_dir).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_answers_and_errors_arrive_as_they_are(tmp_path: Path) -> None:
    start(tmp_path, {"double": lambda value: 2 * value, "refuse": refuse, "fail": lambda: 1 / 0})
    calls = GatewayCalls(tmp_path)
    assert [calls.call("double", value) for value in (1, "a")] == [2, "aa"]
    with pytest.raises(ShardsBeingChanged, match="One is being added") as refused:
        calls.call("refuse")
    assert refused.value.facts == {"shard": 3}
    with pytest.raises(GatewayUnavailable):
        calls.call("fail")
    with pytest.raises(GatewayUnavailable):
        calls.call("unknown")
    assert calls.call("double", 4) == 8
    calls.close()


def test_only_who_knows_the_secret_is_answered(tmp_path: Path) -> None:
    start(tmp_path, {"double": lambda value: 2 * value})
    file = address_file(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    port = json.loads(file.read_text("utf-8"))["port"]
    with pytest.raises(AuthenticationError):
        Client(("127.0.0.1", port), authkey=b"a guess")
    assert GatewayCalls(tmp_path).call("double", 2) == 4


def test_a_call_waits_for_a_gateway_that_starts_again(tmp_path: Path) -> None:
    calls = GatewayCalls(tmp_path)
    with pytest.raises(GatewayUnavailable):
        calls.call("double", 1)
    threading.Timer(0.3, start, (tmp_path, {"double": lambda value: 2 * value})).start()
    assert calls.call("double", 5, patience_s=10) == 10
