"""Images in the object store, encrypted before they leave the application: the store is not trusted.

Each object is AES-256-GCM with its own random nonce; the object's key is bound to it as associated data,
so that an object swapped for another, cut or altered is refused.
"""

import base64
import binascii
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import urllib3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from core.errors import Defect, InputRejected, Unavailable
from core.settings import Settings
from records.parameters import STORE

_MAGIC = b"NSH1"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12  # NIST SP 800-38D section 5.2.1.1
_KEY_BYTES = 32


class StoreUnavailable(Unavailable):
    """The object store does not answer."""

    code = "store_unavailable"


class ImageMissing(Defect):
    """A record names an object that the store does not have."""

    code = "image_missing"


class ImageTampered(Defect):
    """An object is not what was stored: altered, swapped, or encrypted with another key."""

    code = "image_tampered"


class ImageKeyInvalid(InputRejected):
    """The image key in the settings is not 32 bytes in base64."""

    code = "image_key_invalid"


@dataclass(frozen=True)
class StoredObject:
    """One object as the store lists it; ``bytes`` is its encrypted size."""

    key: str
    bytes: int
    modified_at: datetime


def new_image_key() -> str:
    """Return a fresh random key in base64."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()


def read_keys(image_keys: str) -> dict[bytes, bytes]:
    """Return the keys of a list in base64 by their ids, in order: the first encrypts.

    Raises:
        ImageKeyInvalid: one is not 32 bytes in base64, or there is none.
    """
    keys: dict[bytes, bytes] = {}
    for text in filter(None, (part.strip() for part in image_keys.split(","))):
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as problem:
            raise ImageKeyInvalid("Write NISHAN_IMAGE_KEY in base64.") from problem
        if len(key) != _KEY_BYTES:
            raise ImageKeyInvalid(f"NISHAN_IMAGE_KEY must hold {_KEY_BYTES} bytes in base64.")
        keys[key_id(key)] = key
    if not keys:
        raise ImageKeyInvalid("Set NISHAN_IMAGE_KEY: 32 random bytes in base64.")
    return keys


def key_id(key: bytes) -> bytes:
    """Return the short name of a key, which stands in front of every object that it encrypts."""
    return hashlib.sha256(b"nishan image key id" + key).digest()[:_KEY_ID_BYTES]


class ImageStore:
    """Encrypted objects in one bucket.

    Args:
        endpoint: ``host:port``.
        image_keys: One or more base64 keys separated by commas: the first encrypts, all decrypt.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        image_keys: str,
        *,
        secure: bool = False,
        region: str = "us-east-1",
    ) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in read_keys(image_keys).items()}
        self._bucket = bucket
        timeout = urllib3.Timeout(connect=STORE.connect_timeout_s, read=STORE.read_timeout_s)
        retry = urllib3.Retry(total=STORE.attempts, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))
        pool = urllib3.PoolManager(timeout=timeout, retries=retry, maxsize=STORE.pool_connections)
        self._client = Minio(
            endpoint=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,
            http_client=pool,
        )
        self._senders = ThreadPoolExecutor(STORE.pool_connections, thread_name_prefix="image-store")

    @classmethod
    def from_settings(cls, settings: Settings, image_keys: str = "") -> "ImageStore":
        """Open the store that the operator's settings name, with their keys unless others are given."""
        return cls(
            endpoint=settings.s3_endpoint,
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
            bucket=settings.s3_bucket,
            image_keys=image_keys or settings.image_key.get_secret_value(),
            secure=settings.s3_secure,
            region=settings.s3_region,
        )

    def ensure_bucket(self) -> None:
        """Create the bucket unless it is there."""
        with _said_plainly():
            if not self._client.bucket_exists(bucket_name=self._bucket):
                self._client.make_bucket(bucket_name=self._bucket)

    def check(self) -> None:
        """Ask the store for a sign of life."""
        with _said_plainly():
            if not self._client.bucket_exists(bucket_name=self._bucket):
                raise StoreUnavailable(f"Create the bucket {self._bucket}, or correct NISHAN_S3_BUCKET.")

    def put(self, key: str, data: bytes) -> None:
        """Encrypt ``data`` and store it under ``key``; when this returns, the store has acknowledged it."""
        self.put_sealed(key, self._seal(key, data))

    def put_sealed(self, key: str, sealed: bytes) -> None:
        """Store an object as `get_sealed` returned it."""
        with _said_plainly():
            self._client.put_object(
                bucket_name=self._bucket, object_name=key, data=io.BytesIO(sealed), length=len(sealed)
            )

    def begin_put(self, objects: Mapping[str, bytes]) -> Callable[[], None]:
        """Start putting objects, all at once; calling what is returned waits until all are acknowledged."""
        sent = [self._senders.submit(self.put, key, data) for key, data in objects.items()]

        def wait() -> None:
            for each in sent:
                each.result()

        return wait

    def get(self, key: str) -> bytes:
        """Fetch and decrypt.

        Raises:
            ImageMissing: there is no such object.
            ImageTampered: it is not what was stored under this key.
            StoreUnavailable: the store does not answer.
        """
        return self.unseal(key, self.get_sealed(key))

    def get_sealed(self, key: str) -> bytes:
        """Fetch an object as it is stored, encrypted.

        Raises:
            ImageMissing: there is no such object.
            StoreUnavailable: the store does not answer.
        """
        with _said_plainly():
            try:
                response = self._client.get_object(bucket_name=self._bucket, object_name=key)
            except S3Error as problem:
                if problem.code in ("NoSuchKey", "NotFound"):
                    raise ImageMissing(
                        "An image is missing from the store: restore it from backup."
                    ) from problem
                raise
            try:
                sealed = response.read()
            finally:
                response.close()
                response.release_conn()
        return bytes(sealed)

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""
        with _said_plainly():
            self._client.remove_object(bucket_name=self._bucket, object_name=key)

    def exists(self, key: str) -> bool:
        """Whether the store has the object."""
        with _said_plainly():
            try:
                self._client.stat_object(bucket_name=self._bucket, object_name=key)
            except S3Error as problem:
                if problem.code in ("NoSuchKey", "NotFound"):
                    return False
                raise
        return True

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        """List objects in order of their keys."""
        with _said_plainly():
            for item in self._client.list_objects(bucket_name=self._bucket, prefix=prefix, recursive=True):
                if item.object_name and item.last_modified:
                    yield StoredObject(item.object_name, item.size or 0, item.last_modified)

    def _seal(self, key: str, data: bytes) -> bytes:
        key_id, cipher = next(iter(self._ciphers.items()))
        nonce = os.urandom(_NONCE_BYTES)
        return _MAGIC + key_id + nonce + cipher.encrypt(nonce, data, _bound(key))

    def unseal(self, key: str, sealed: bytes) -> bytes:
        """Decrypt what is stored under ``key``.

        Raises:
            ImageTampered: it is not what was stored under this key.
        """
        start = len(_MAGIC) + _KEY_ID_BYTES
        cipher = self._ciphers.get(sealed[len(_MAGIC) : start])
        if sealed[: len(_MAGIC)] != _MAGIC or cipher is None:
            raise ImageTampered(
                "An image is not encrypted with our key: check NISHAN_IMAGE_KEY and the store."
            )
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, _bound(key))
        except (InvalidTag, ValueError) as problem:
            raise ImageTampered("An image was altered in the store: restore it from backup.") from problem


def _bound(key: str) -> bytes:
    return b"nishan object " + key.encode()


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except S3Error as problem:
        raise StoreUnavailable(f"The object store refused the request ({problem.code}).") from problem
    except (urllib3.exceptions.HTTPError, InvalidResponseError, ServerError, OSError) as problem:
        raise StoreUnavailable("The object store does not answer; try again in a moment.") from problem
    except MinioException as problem:
        raise StoreUnavailable("The object store's answer is not understood.") from problem
