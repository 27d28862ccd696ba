"""Free ports: found, remembered while free, replaced when taken; the console's port is taken or refused."""

import socket
from pathlib import Path

import pytest

from core.settings import Settings
from nishan.console_port import local_address, take_port
from nishan.embedded.ports import free_ports, is_free, remembered_ports
from nishan.errors import PortTaken


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(10)
    assert len(set(ports)) == 10
    assert all(is_free(port) for port in ports)


def test_ports_are_remembered_while_they_are_free(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    ports = remembered_ports(memory, 3)
    assert remembered_ports(memory, 3) == ports
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports[1]))
        other.listen()
        changed = remembered_ports(memory, 3)
    assert ports[1] not in changed
    assert remembered_ports(memory, 3) == changed


@pytest.mark.parametrize("damage", ["", "{}", '["a", 1]', "[1"])
def test_a_damaged_memory_is_replaced(tmp_path: Path, damage: str) -> None:
    memory = tmp_path / "ports.json"
    memory.write_text(damage)
    assert len(remembered_ports(memory, 2)) == 2


def test_a_taken_console_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}.*NISHAN_PORT"):
            take_port(Settings(port=port))


def test_an_address_of_another_machine_is_refused_plainly() -> None:
    with pytest.raises(PortTaken, match="NISHAN_HOST"):
        take_port(Settings(host="192.0.2.1", port=free_ports(1)[0]))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
    ],
)
def test_the_console_is_reached_locally_whatever_it_listens_on(host: str, address: str) -> None:
    assert local_address(Settings(host=host, port=8080)) == address
