"""One API process of several: serves the application on the socket inherited from the supervisor."""

import socket
import sys

import uvicorn

_FINISH_REQUESTS_S = 2


def main() -> None:
    """Serve until told to stop; the argument is the number of the inherited descriptor."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    configuration = uvicorn.Config(
        "api.app:create_app",
        factory=True,
        log_config=None,  # the application sends every line to stderr as JSON
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_REQUESTS_S,
    )
    uvicorn.Server(configuration).run(sockets=[listener])


if __name__ == "__main__":
    main()
