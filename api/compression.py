"""Compresses pages, scripts and style sheets for those who take it: officers are often on slow lines."""

import gzip
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COMPRESSIBLE = ("text/html", "text/css", "text/javascript", "image/svg+xml")
"""JSON is left as it is: programs ask for it, mostly from near by, and it would cost each answer time."""

_LEAST_BYTES = 500
_LEVEL = 6
_STATIC_FILES = 64


class Compression:
    """Middleware; what is sent in several pieces or was not asked for compressed passes unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        wanted = scope["type"] == "http" and scope["method"] == "GET"
        if not wanted or "gzip" not in Headers(scope=scope).get("Accept-Encoding", ""):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(send).send)


class _Answer:
    """One answer; its head waits for its body, which decides what the head says."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_compressible(Headers(raw=message["headers"])):
            self._head = message
            return
        if self._head is not None:
            head, self._head = self._head, None
            message = _compressed(head, message)
            await self._send(head)
        await self._send(message)


def _is_compressible(headers: Headers) -> bool:
    kind = headers.get("Content-Type", "").split(";")[0]
    return kind in _COMPRESSIBLE and "Content-Encoding" not in headers


def _compressed(head: Message, message: Message) -> Message:
    """Return the body compressed and say so in the head, if it is whole and large enough."""
    headers = MutableHeaders(scope=head)
    headers.add_vary_header("Accept-Encoding")
    body = message.get("body", b"")
    if message.get("more_body") or len(body) < _LEAST_BYTES:
        return message
    is_kept = "immutable" in headers.get("Cache-Control", "")
    smaller = _kept(body) if is_kept else gzip.compress(body, _LEVEL)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(smaller))
    if etag := headers.get("ETag"):
        headers["ETag"] = f"W/{etag.removeprefix('W/')}"  # not the same bytes as uncompressed
    return {**message, "body": smaller}


@lru_cache(maxsize=_STATIC_FILES)
def _kept(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL)
