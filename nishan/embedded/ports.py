"""Free loopback ports, chosen once and remembered so that a restart keeps its addresses."""

import errno
import json
import random
import socket
from pathlib import Path

from nishan.errors import PartFailed
from nishan.private_files import write_private_json

LOWEST, HIGHEST = 20_000, 32_000
"""Below the range from which kernels take the ports of outgoing connections (32768 on Linux), so that
a port found free now is not taken by a connection a moment later."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether a server could listen on ``port`` of ``host`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_ports(count: int) -> list[int]:
    """Return ``count`` different free ports.

    Raises:
        PartFailed: so many are taken that no free ones were found.
    """
    found: list[int] = []
    for port in random.sample(range(LOWEST, HIGHEST), 2_000):
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise PartFailed(
        f"No {count} free ports between {LOWEST} and {HIGHEST} on the loopback address: stop other servers."
    )


def remembered_ports(memory: Path, count: int) -> list[int]:
    """Return the ports written in ``memory`` if all are free, else choose new ones and write them."""
    try:
        ports = [int(port) for port in json.loads(memory.read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        ports = []
    if len(ports) == count and all(is_free(port) for port in ports):
        return ports
    ports = free_ports(count)
    write_private_json(memory, ports)
    return ports
