"""The embedded PostgreSQL: private, on loopback, and nothing committed is lost when it is killed."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nishan.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    started = EmbeddedPostgres(tmp_path / "postgres", tmp_path / "postgres.log")
    started.start()
    yield started
    started.stop()


def _insert(server: EmbeddedPostgres, number: int) -> None:
    with psycopg.connect(server.url_of("postgres")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", (number,))


def _rows(server: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(server.url_of("postgres")) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]


def test_committed_rows_survive_kill_9_and_the_port_is_kept(server: EmbeddedPostgres) -> None:
    for number in range(20):
        _insert(server, number)
    port = server.port
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)

    server.start()

    assert _rows(server) == list(range(20))
    assert server.port == port


def test_a_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url_of("postgres").replace(server.password, "guess"))


def test_only_the_loopback_address_is_listened_on(server: EmbeddedPostgres) -> None:
    listening = subprocess.run(["ss", "-ltn"], check=True, capture_output=True, text=True).stdout
    addresses = [line.split()[3] for line in listening.splitlines() if f":{server.port} " in line]
    assert addresses == [f"127.0.0.1:{server.port}"]


def test_directory_and_password_are_owner_only(server: EmbeddedPostgres) -> None:
    assert stat.S_IMODE(server.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.directory / "password").stat().st_mode) == 0o600


def test_a_port_taken_meanwhile_is_replaced_by_another(server: EmbeddedPostgres) -> None:
    port = server.port
    server.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        server.start()
        assert server.port != port


def test_a_database_can_be_cloned_and_creating_it_twice_is_harmless(server: EmbeddedPostgres) -> None:
    server.create_database("origin")
    with psycopg.connect(server.url_of("origin")) as connection:
        connection.execute("CREATE TABLE here (number int)")
    server.create_database("clone", template="origin")
    server.create_database("clone", template="origin")
    with psycopg.connect(server.url_of("clone")) as connection:
        assert connection.execute("SELECT count(*) FROM here").fetchone() == (0,)


STARTER = """
import sys
from pathlib import Path
from nishan.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), Path(sys.argv[2]))
server.start()
print(server.pid, server.port, flush=True)
sys.stdin.read()
"""


def test_the_server_dies_with_a_killed_launcher_and_starts_again(tmp_path: Path) -> None:
    place, log = tmp_path / "postgres", tmp_path / "postgres.log"
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, place, log], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        first_pid, first_port = map(int, launcher.stdout.readline().split())
        launcher.kill()

    again = EmbeddedPostgres(place, log)
    again.start()  # waits for the end of the former server, also where nobody reaps it
    try:
        assert again.port == first_port
        assert again.pid != first_pid
    finally:
        again.stop()
