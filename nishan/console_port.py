"""The listening socket of the console: taken once by the supervisor, shared by all API processes."""

import errno
import socket

from core.settings import Settings
from nishan.errors import PortTaken

_WAITING_CONNECTIONS = 1024


def take_port(settings: Settings) -> socket.socket:
    """Bind the address of the console.

    One socket for all API processes: the kernel spreads connections over them, and while one of them is
    started again no connection is refused.

    Raises:
        PortTaken: another program listens there, or the address is not one of this machine.
    """
    where = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_WAITING_CONNECTIONS)
    except OSError as problem:
        listener.close()
        raise PortTaken(_sentence(where, problem)) from problem
    return listener


def _sentence(where: str, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Another program already listens on {where}: stop it, or choose another port, "
            "for example NISHAN_PORT=8090 make run."
        )
    if problem.errno == errno.EACCES:
        return f"This account may not listen on {where}: choose a port above 1023 with NISHAN_PORT."
    return f"The address {where} cannot be used ({problem.strerror}): correct NISHAN_HOST and NISHAN_PORT."


def local_address(settings: Settings) -> str:
    """Return the URL by which this machine reaches the console."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 -- compared, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
