"""What surrounds every request: correlation id, security headers, one log line, the last catch of errors."""

import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import defect_problem, problem_response
from api.metrics import REQUEST_SECONDS, REQUESTS
from core.ids import new_id
from core.logging import correlation_id, get_logger

SECURITY_HEADERS = {
    # No inline script or style anywhere: what a name or a file brings along can never run.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = get_logger(__name__)


class Envelope:
    """Outermost middleware; everything else happens inside it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = correlation_id.set(_correlation_id(Headers(scope=scope)))
        try:
            await _Exchange(scope, send).run(self._app, receive)
        finally:
            correlation_id.reset(token)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._status = 0
        self._started = time.perf_counter()

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        try:
            await app(self._scope, receive, self._decorated_send)
        except Exception:
            log.exception("request_failed", method=self._scope["method"], route=self._route())
            if self._status:
                raise  # the answer has begun: only cutting the connection tells the client
            await problem_response(defect_problem())(self._scope, receive, self._decorated_send)
        finally:
            self._record()

    async def _decorated_send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Correlation-ID"] = correlation_id.get()
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)

    def _record(self) -> None:
        """Count and log the request by its route: paths hold ids, query strings hold names."""
        elapsed_s = time.perf_counter() - self._started
        method, route = self._scope["method"], self._route()
        REQUESTS.labels(method, route, str(self._status)).inc()
        REQUEST_SECONDS.labels(method, route).observe(elapsed_s)
        log.info(
            "request", method=method, route=route, status=self._status, elapsed_ms=round(elapsed_s * 1e3, 1)
        )

    def _route(self) -> str:
        """Return the path with its parameters' names in place of their values."""
        if "route" not in self._scope:
            return "unmatched"
        names = {str(value): f"{{{name}}}" for name, value in self._scope.get("path_params", {}).items()}
        return "/".join(names.get(segment, segment) for segment in str(self._scope["path"]).split("/"))


def _correlation_id(headers: Headers) -> str:
    sent = headers.get("X-Correlation-ID", "")
    return sent if _ACCEPTED_ID.fullmatch(sent) else str(new_id())
