"""Identifiers: time-ordered random ids for rows, and digests that name bytes."""

import hashlib
import os
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a new UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits.

    Time order keeps database indexes compact; the random part makes ids impossible to guess.
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
