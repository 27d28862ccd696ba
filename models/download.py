"""One large file over HTTP: resumed where it broke off, retried, checked, and safe against two at once."""

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import requests

from models.errors import FetchFailed
from models.package_index import TIMEOUT_S

Progress = Callable[[str, int, int | None], None]
"""Called with what is downloaded, bytes so far, and bytes in all (None while unknown)."""

ATTEMPTS = 4
CHUNK_BYTES = 1 << 16


@contextmanager
def sole_holder(lock: Path) -> Iterator[None]:
    """Keep other processes out of the block; they wait until it is left."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def download(
    session: requests.Session,
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    credentials: tuple[str, str] | None = None,
    progress: Progress | None = None,
) -> None:
    """Download ``url`` to ``target``; what an earlier call left in ``target`` is continued.

    Raises:
        FetchFailed: the server refused, the connection broke ``ATTEMPTS`` times, or the digest is wrong
            (then the file is removed, so that the next call starts anew).
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _continue(session, url, target, credentials, progress)
            break
        except requests.RequestException as problem:
            if attempt == ATTEMPTS:
                raise FetchFailed(
                    f"The download of {target.name} broke off {ATTEMPTS} times; what arrived is kept. "
                    f"Check the network and start again. ({type(problem).__name__})"
                ) from problem
            time.sleep(2**attempt * 0.25)
    if sha256 and sha256_of(target) != sha256:
        target.unlink()
        raise FetchFailed(f"{target.name} arrived with a wrong digest and was removed. Start again.")


def _continue(
    session: requests.Session,
    url: str,
    target: Path,
    credentials: tuple[str, str] | None,
    progress: Progress | None,
) -> None:
    have = target.stat().st_size if target.exists() else 0
    # "identity": a length and an offset must count the bytes of the file, not of a compressed stream
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with session.get(url, headers=headers, auth=credentials, stream=True, timeout=TIMEOUT_S) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # everything was there already; the digest decides
        answer.raise_for_status()
        resumed = answer.status_code == requests.codes.partial_content
        length = answer.headers.get("Content-Length")
        have = have if resumed else 0
        total = have + int(length) if length else None
        with target.open("ab" if resumed else "wb") as handle:
            _copy(answer, handle, target.name, have, total, progress)
    if total is not None and target.stat().st_size < total:
        raise requests.ConnectionError("the connection was closed early")


def _copy(
    answer: requests.Response,
    handle: IO[bytes],
    name: str,
    have: int,
    total: int | None,
    progress: Progress | None,
) -> None:
    for chunk in answer.iter_content(CHUNK_BYTES):
        handle.write(chunk)
        have += len(chunk)
        if progress:
            progress(name, have, total)
