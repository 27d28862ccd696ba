"""How large a request may be: refused by its stated length, and while it streams when it states none."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem, problem_response
from core.settings import Settings

MAX_PLAIN_BODY = 1_000_000
"""Bytes of a body that is no form with files: JSON and plain forms."""


class _BodyTooLargeError(Exception):
    """More bytes arrived than the request's limit."""


class BodyLimit:
    """Middleware that answers 413 before a body that is too large can fill memory or disk."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        if _stated_length(scope) > limit:
            await problem_response(_too_large(limit))(scope, receive, send)
            return
        await self._stream(scope, receive, send, limit)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        counter = _Counter(limit, _is_large(scope))
        try:
            await self._app(scope, counter.around_receive(receive), counter.around_send(send))
        except _BodyTooLargeError:
            if counter.answer_begun:
                raise
        if counter.exceeded and not counter.answer_begun:
            await problem_response(_too_large(limit))(scope, receive, send)

    def _limit(self, scope: Scope) -> int:
        content_type = dict(scope["headers"]).get(b"content-type", b"").lower()
        if not content_type.startswith(b"multipart/form-data"):
            return MAX_PLAIN_BODY
        if str(scope["path"]).rstrip("/").endswith("/batches"):
            return self._settings.max_batch_bytes
        if str(scope["path"]).rstrip("/").endswith("/videos"):
            return self._settings.max_video_bytes + MAX_PLAIN_BODY
        return self._settings.max_request_bytes


class _Counter:
    """Counts the bytes of one request's body and silences the answer of an application that met its end."""

    def __init__(self, limit: int, is_large: bool) -> None:
        self._left = limit
        self._much_may_follow = is_large
        self.exceeded = False
        self.answer_begun = False

    def around_receive(self, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self._left -= len(message.get("body", b""))
            self._much_may_follow &= message.get("more_body", False)
            if self._left < 0:
                self.exceeded = True
                raise _BodyTooLargeError
            return message

        return counted

    def around_send(self, send: Send) -> Send:
        async def unless_exceeded(message: Message) -> None:
            if self.exceeded and not self.answer_begun:
                return  # the framework's own complaint about the broken stream; ours says why
            if not self.answer_begun and self._much_may_follow:
                # answered before the body was read: without this the server would take in all of it
                MutableHeaders(scope=message)["Connection"] = "close"
            self.answer_begun = True
            await send(message)

        return unless_exceeded


def _stated_length(scope: Scope) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


def _is_large(scope: Scope) -> bool:
    chunked = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    return chunked or _stated_length(scope) > MAX_PLAIN_BODY


def _too_large(limit: int) -> Problem:
    return Problem(
        413,
        "upload_too_large",
        "Content Too Large",
        f"At most {limit:,} bytes are taken in one request. Send smaller or fewer files.",
        {"limit_bytes": limit},
        {"Connection": "close"},
    )
