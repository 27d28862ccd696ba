"""One API process of several: serves the application on the socket inherited from the supervisor."""

import os
import socket
import sys

import uvicorn

from api.app import create_app
from core.settings import settings
from nishan.installation import Installation

_FINISH_REQUESTS_S = 2
_IDLE_CONNECTION_S = 75
"""Longer than a person pauses between two searches: otherwise a client now and then sends its next request
in the moment in which its idle connection is closed."""


def main() -> None:
    """Serve until told to stop.

    The arguments are two inherited descriptors: the listening socket, and a gate. Importing the
    application takes seconds, so a process is started before the stores are; it waits at the gate
    until the supervisor opens it, and only then reads the settings by which the stores are reached.
    """
    listener, gate = (int(argument) for argument in sys.argv[1:3])
    os.read(gate, 1)  # end of file: the gate is open
    Installation.of(settings()).adopt_settings()
    configuration = uvicorn.Config(
        create_app,
        factory=True,
        log_config=None,  # the application sends every line to stderr as JSON
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_REQUESTS_S,
        timeout_keep_alive=_IDLE_CONNECTION_S,
    )
    uvicorn.Server(configuration).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    main()
