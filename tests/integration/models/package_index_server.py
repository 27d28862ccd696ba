"""A small package index on loopback: one project page, files with Range support, breakdowns on demand."""

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def wheel(members: dict[str, bytes]) -> bytes:
    """Return a zip archive with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def sdist(top: str, members: dict[str, bytes]) -> bytes:
    """Return a tar.gz archive with these members below a top folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


class PackageIndex:
    """What is served, what was asked for, and what shall go wrong."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.requests: list[tuple[str, str | None]] = []
        self.break_after: int | None = None
        self.stated_digest: dict[str, str] = {}
        self.ranges = True
        self.address = ""

    def page(self, project: str) -> bytes:
        """Return the project's page of the simple API."""
        links = []
        for name, data in self.files.items():
            digest = self.stated_digest.get(name, hashlib.sha256(data).hexdigest())
            links.append(f'<a href="/files/{name}#sha256={digest}">{name}</a>')
        return f"<!DOCTYPE html><html><body><h1>{project}</h1>{''.join(links)}</body></html>".encode()

    def downloads(self) -> list[tuple[str, str | None]]:
        """Return the requests for files: name and Range header."""
        return [request for request in self.requests if request[0].startswith("/files/")]


@contextmanager
def serving(index: PackageIndex) -> Iterator[PackageIndex]:
    """Serve the index on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            index.requests.append((self.path, wanted))
            if self.path.startswith("/simple/known/"):
                self._answer(200, index.page("known"), "text/html")
            elif self.path.startswith("/files/") and self.path[7:] in index.files:
                self._file(index.files[self.path[7:]], wanted)
            else:
                self._answer(404, b"", "text/plain")

        def _file(self, data: bytes, wanted: str | None) -> None:
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and index.ranges else 0
            if start >= len(data):
                self._answer(416, b"", "text/plain")
                return
            self._answer(206 if start else 200, data[start:], "application/octet-stream")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if index.break_after is not None and self.path.startswith("/files/"):
                self.wfile.write(body[: index.break_after])
                self.close_connection = True
            else:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    index.address = f"http://127.0.0.1:{server.server_port}/simple/"
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
