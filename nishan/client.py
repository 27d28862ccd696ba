"""Talks to a running service over HTTP as one signed-in officer."""

import io
import json
import mimetypes
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from nishan.credentials import Credentials
from nishan.errors import AnswerRefused, FileUnreadable, NotRunning

NamedFile = tuple[str, str, bytes | Path]
"""Name of the multipart part, file name, and the content or the file that holds it."""

_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
_BUSY_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_LONGEST_PAUSE_S = 60.0


class ServiceClient:
    """A signed-in client. It signs in again when its token expires, and waits while the service is busy."""

    def __init__(self, who: Credentials) -> None:
        self._who = who
        self._http = httpx.Client(base_url=who.url, timeout=_TIMEOUT)
        self._sign_in()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str) -> Any:
        """Return the JSON at ``path``."""
        return self._send("GET", path).json()

    def download(self, path: str) -> bytes:
        """Return the bytes at ``path``."""
        return self._send("GET", path).content

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Send a JSON body and return the JSON answer."""
        return self._send("POST", path, json=body).json()

    def delete(self, path: str) -> Any:
        """Ask for what is at ``path`` to be deleted and return the JSON answer."""
        return self._send("DELETE", path).json()

    def post_files(self, path: str, part: str, body: Mapping[str, object], files: Sequence[NamedFile]) -> Any:
        """Send one JSON part and files as multipart, and return the JSON answer."""
        data = {part: json.dumps(body, ensure_ascii=False)}
        with _opened(files) as parts:
            return self._send("POST", path, data=data, files=parts).json()

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = self._try(method, path, **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._sign_in()
            answer = self._try(method, path, **request)
        for pause_s in _BUSY_PAUSES_S:
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(_pause_s(answer, pause_s))
            answer = self._try(method, path, **request)
        return _checked(answer)

    def _try(self, method: str, path: str, **request: Any) -> httpx.Response:
        for _, stream in request.get("files", []):
            stream[1].seek(0)
        try:
            return self._http.request(method, path, **request)
        except httpx.TransportError as problem:
            raise NotRunning(
                f"No service answers at {self._who.url} ({problem}). Start it with `nishan up`, or give its "
                "address with --url."
            ) from problem

    def _sign_in(self) -> None:
        body = {"username": self._who.username, "password": self._who.password}
        answer = _checked(self._try("POST", "/v1/tokens", json=body)).json()
        self._http.headers["Authorization"] = f"Bearer {answer['token']}"


def _pause_s(answer: httpx.Response, usual_s: float) -> float:
    """Return how long the service wants us to wait before the same request; our own pause if it is silent."""
    stated = answer.headers.get("Retry-After", "")
    return min(float(stated), _LONGEST_PAUSE_S) if stated.isdigit() else usual_s


@contextmanager
def _opened(files: Sequence[NamedFile]) -> Iterator[list[tuple[str, tuple[str, Any, str]]]]:
    """Yield the files as httpx wants them; files on disk are streamed, not read."""
    with ExitStack() as stack:
        parts = []
        for part, name, content in files:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            parts.append((part, (name, stack.enter_context(_stream(content)), kind)))
        yield parts


def _stream(content: bytes | Path) -> Any:
    if isinstance(content, bytes):
        return io.BytesIO(content)
    try:
        return content.open("rb")
    except OSError as problem:
        raise FileUnreadable(f"The file {content} cannot be read: {problem.strerror}.") from problem


def _checked(answer: httpx.Response) -> httpx.Response:
    """Return a good answer; raise what a problem document says otherwise."""
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    message = str(problem.get("detail") or f"The service answered with HTTP status {answer.status_code}.")
    known = {"type", "title", "status", "detail", "code"}
    facts = {name: value for name, value in problem.items() if name not in known}
    refused = AnswerRefused(message, **facts)
    refused.answer_code = str(problem.get("code") or "")
    raise refused
