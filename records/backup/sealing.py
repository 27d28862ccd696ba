"""Encryption of a backup's files: compressed, then sealed in chunks, each bound to its file and its place.

One key per file is derived from the image key and the backup's salt (HKDF, RFC 5869), so that a nonce may
be the chunk's number. The last chunk says that it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizar, 2015), so that a file cut at a chunk's end is noticed.
"""

import base64
import hmac
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from records.backup.errors import BackupDamaged, BackupKeyMissing
from records.parameters import BACKUP

_TAG_BYTES = 16
_NONCE_BYTES = 12
_SALT_BYTES = 16
_GZIP = 31  # zlib's way of saying: with gzip's head and foot


class Sealer:
    """Seals and opens the files of one backup.

    Args:
        key: The image key, 32 bytes.
        salt: Of this backup, random.
    """

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        self._salt = salt

    def seal(self, path: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Compress and encrypt what belongs into the file ``path``."""
        cipher = AESGCM(self._derive(f"file {path}"))
        number, pending = 0, b""
        for block in _compressed(blocks):
            pending += block
            while len(pending) > BACKUP.chunk_bytes:
                yield cipher.encrypt(_nonce(number), pending[: BACKUP.chunk_bytes], b"")
                number, pending = number + 1, pending[BACKUP.chunk_bytes :]
        yield cipher.encrypt(_nonce(number), pending, b"last")

    def open(self, path: str, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """Decrypt and unpack the file ``path``.

        Raises:
            BackupDamaged: it was altered, cut, or belongs elsewhere.
        """
        cipher = AESGCM(self._derive(f"file {path}"))
        try:
            yield from _unpacked(_opened(cipher, sealed))
        except (InvalidTag, zlib.error) as problem:
            raise BackupDamaged(f"The file {path} of the backup is not what was written.") from problem

    def mark(self, manifest: Mapping[str, Any]) -> str:
        """Return the seal over all that a manifest says, in hexadecimal."""
        text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hmac.digest(self._derive("manifest"), text.encode(), "sha256").hex()

    def _derive(self, use: str) -> bytes:
        return HKDF(SHA256(), 32, self._salt, b"nishan backup " + use.encode()).derive(self._key)


def wrap_keys(image_keys: str, passphrase: str) -> dict[str, str]:
    """Return the image keys encrypted under a passphrase, with the salt that it takes to open them."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    wrapped = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, image_keys.encode(), b"nishan image keys")
    return {"salt": salt.hex(), "wrapped": base64.b64encode(nonce + wrapped).decode()}


def unwrap_keys(wrapped: Mapping[str, str], passphrase: str) -> str:
    """Return the image keys.

    Raises:
        BackupKeyMissing: it is not the passphrase.
    """
    try:
        data = base64.b64decode(wrapped["wrapped"], validate=True)
        cipher = AESGCM(_stretched(passphrase, bytes.fromhex(wrapped["salt"])))
        return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], b"nishan image keys").decode()
    except (InvalidTag, KeyError, ValueError) as problem:
        raise BackupKeyMissing("This is not the passphrase that the backup was made with.") from problem


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, length=32, n=BACKUP.scrypt_cost, r=8, p=1).derive(passphrase.encode())


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def _compressed(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(BACKUP.compression, wbits=_GZIP)
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()


def _unpacked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=_GZIP)
    for block in blocks:
        yield unpacker.decompress(block)
    if not unpacker.eof:
        raise zlib.error("cut off")


def _opened(cipher: AESGCM, sealed: Iterable[bytes]) -> Iterator[bytes]:
    size = BACKUP.chunk_bytes + _TAG_BYTES
    number, pending = 0, b""
    for block in sealed:
        pending += block
        while len(pending) > size:
            yield cipher.decrypt(_nonce(number), pending[:size], b"")
            number, pending = number + 1, pending[size:]
    yield cipher.decrypt(_nonce(number), pending, b"last")
