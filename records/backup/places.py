"""Where a backup lies: a directory, or a bucket of an S3 service below a prefix."""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from core.settings import Settings
from records.backup.errors import BackupPlaceUnusable
from records.image_store import StoreUnavailable
from records.parameters import BACKUP, STORE

_BLOCK = 1 << 20
_BUCKET = "s3://"


class BackupPlace(Protocol):
    """Files by their paths, each written whole or not at all."""

    def is_empty(self) -> bool:
        """Return whether nothing at all is there."""
        ...

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the length of everything there, finished or not."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file; no error when there is none."""
        ...

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write a file, in place of one of that path; when this returns, it is safe."""
        ...

    def read(self, path: str) -> Iterator[bytes]:
        """Read a file block by block.

        Raises:
            FileNotFoundError: there is none.
        """
        ...


def is_bucket(target: str) -> bool:
    """Return whether a place is in a bucket, not a directory."""
    return target.startswith(_BUCKET)


def open_place(target: str, settings: Settings) -> BackupPlace:
    """Return the place that a command line names: a directory, or ``s3://bucket/prefix``.

    Raises:
        BackupPlaceUnusable: the name is of neither kind.
    """
    if not is_bucket(target):
        return DirectoryPlace(Path(target))
    bucket, _, prefix = target.removeprefix(_BUCKET).partition("/")
    if not bucket:
        raise BackupPlaceUnusable("Name the bucket: s3://bucket/prefix.")
    return BucketPlace(_client(settings), bucket, prefix.strip("/"))


class DirectoryPlace:
    """A directory, readable by its owner alone."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def is_empty(self) -> bool:
        """Return whether the directory has no entry, or does not exist."""
        try:
            return not self._root.exists() or not any(self._root.iterdir())
        except OSError as problem:
            raise BackupPlaceUnusable(f"{self._root} cannot be read ({problem.strerror}).") from problem

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the length of everything there."""
        try:
            for folder, _, names in os.walk(self._root, onerror=_unlisted):
                for name in names:
                    file = Path(folder, name)
                    yield file.relative_to(self._root).as_posix(), file.lstat().st_size
        except OSError as problem:
            raise BackupPlaceUnusable(f"{self._root} cannot be read ({problem.strerror}).") from problem

    def delete(self, path: str) -> None:
        """Delete a file, and the folders in which it was the last."""
        file = self._root / path
        try:
            file.unlink(missing_ok=True)
        except OSError as problem:
            raise _unwritable(file, problem) from problem
        with suppress(OSError):  # the first one that is not empty
            for folder in file.relative_to(self._root).parents[:-1]:
                (self._root / folder).rmdir()

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write beside, wait for the disk, then rename."""
        target = self._root / path
        beside = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        except OSError as problem:
            raise _unwritable(target, problem) from problem
        with os.fdopen(descriptor, "wb") as file:
            for block in blocks:
                _put(file, block, target)
            try:
                file.flush()
                os.fsync(file.fileno())
                beside.replace(target)
                _sync_names(target.parent)
            except OSError as problem:
                raise _unwritable(target, problem) from problem

    def read(self, path: str) -> Iterator[bytes]:
        """Read a file block by block."""
        with (self._root / path).open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


class BucketPlace:
    """A prefix in a bucket."""

    def __init__(self, client: Minio, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def is_empty(self) -> bool:
        """Return whether no object has the prefix; the bucket must exist."""
        try:
            if not self._client.bucket_exists(bucket_name=self._bucket):
                raise BackupPlaceUnusable(f"Create the bucket {self._bucket} first.")
            found = self._client.list_objects(
                bucket_name=self._bucket, prefix=self._prefix or None, recursive=True
            )
            return next(iter(found), None) is None
        except (MinioException, urllib3.exceptions.HTTPError) as problem:
            raise _unreachable(problem) from problem

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield the path and the length of every object below the prefix."""
        try:
            for found in self._client.list_objects(
                bucket_name=self._bucket, prefix=self._prefix or None, recursive=True
            ):
                yield str(found.object_name).removeprefix(self._prefix), found.size or 0
        except (MinioException, urllib3.exceptions.HTTPError) as problem:
            raise _unreachable(problem) from problem

    def delete(self, path: str) -> None:
        """Delete an object."""
        try:
            self._client.remove_object(bucket_name=self._bucket, object_name=self._prefix + path)
        except (MinioException, urllib3.exceptions.HTTPError) as problem:
            raise _unreachable(problem) from problem

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        """Send an object in parts, without knowing its length before."""
        whole = _Blocks(blocks)
        first = whole.read(BACKUP.part_bytes)
        small = len(first) < BACKUP.part_bytes
        if not small:
            whole.put_back(first)
        try:
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=self._prefix + path,
                data=io.BytesIO(first) if small else whole,  # type: ignore[arg-type]
                length=len(first) if small else -1,
                part_size=0 if small else BACKUP.part_bytes,
            )
        except (MinioException, urllib3.exceptions.HTTPError) as problem:
            raise _unreachable(problem) from problem

    def read(self, path: str) -> Iterator[bytes]:
        """Read an object block by block."""
        try:
            response = self._client.get_object(bucket_name=self._bucket, object_name=self._prefix + path)
            try:
                yield from response.stream(_BLOCK)
            finally:
                response.close()
                response.release_conn()
        except S3Error as problem:
            if problem.code in ("NoSuchKey", "NotFound", "NoSuchBucket"):
                raise FileNotFoundError(path) from problem
            raise _unreachable(problem) from problem
        except (MinioException, urllib3.exceptions.HTTPError) as problem:
            raise _unreachable(problem) from problem


class _Blocks(io.RawIOBase):
    """Blocks as the file that the S3 client wants to read from."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._pending = bytearray()

    def read(self, size: int = -1) -> bytes:
        """Return exactly ``size`` bytes, fewer at the end, all when it is negative."""
        while size < 0 or len(self._pending) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._pending += block
        taken = bytes(self._pending if size < 0 else self._pending[:size])
        del self._pending[: len(taken)]
        return taken

    def put_back(self, data: bytes) -> None:
        """Let ``data`` be read next."""
        self._pending[:0] = data


def _put(file: BinaryIO, block: bytes, target: Path) -> None:
    """Write one block; what goes wrong where the blocks come from is left as it is."""
    try:
        file.write(block)
    except OSError as problem:
        raise _unwritable(target, problem) from problem


def _sync_names(folder: Path) -> None:
    """Wait until a file's new name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlisted(problem: OSError) -> NoReturn:
    raise problem


def _unwritable(target: Path, problem: OSError) -> BackupPlaceUnusable:
    return BackupPlaceUnusable(f"{target} cannot be written: {problem.strerror}.")


def _client(settings: Settings) -> Minio:
    """Open the S3 service for backups: its own where one is set, else that of the images."""
    own = bool(settings.backup_s3_endpoint)
    access = settings.backup_s3_access_key if own else settings.s3_access_key
    secret = settings.backup_s3_secret_key if own else settings.s3_secret_key
    timeout = urllib3.Timeout(connect=STORE.connect_timeout_s, read=STORE.read_timeout_s)
    return Minio(
        endpoint=settings.backup_s3_endpoint or settings.s3_endpoint,
        access_key=access.get_secret_value(),
        secret_key=secret.get_secret_value(),
        secure=settings.backup_s3_secure if own else settings.s3_secure,
        region=settings.s3_region,
        http_client=urllib3.PoolManager(
            timeout=timeout,
            retries=urllib3.Retry(total=STORE.attempts, backoff_factor=0.2),
            maxsize=STORE.pool_connections,
        ),
    )


def _unreachable(problem: Exception) -> StoreUnavailable:
    reason = problem.code if isinstance(problem, S3Error) else type(problem).__name__
    return StoreUnavailable(f"The S3 service of the backup does not do what was asked ({reason}).")
