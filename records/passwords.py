"""Passwords: how strong they must be, and their argon2 hashes."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import InputRejected
from records.parameters import ACCOUNTS
from records.tables import AccountRow
from records.text import check_text


class PasswordTooWeak(InputRejected):
    """The password is too short, too long or the user name."""

    code = "password_too_weak"


@lru_cache(maxsize=1)
def hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the library's profile, RFC 9106 low-memory


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher().hash(secrets.token_urlsafe(16))


def check_password(username: str, password: str) -> None:
    check_text(password, "password", ACCOUNTS.longest_password)
    if len(password) < ACCOUNTS.shortest_password or password.casefold() == username:
        raise PasswordTooWeak(
            f"Choose a password of at least {ACCOUNTS.shortest_password} characters, not the user name."
        )


def password_fits(row: AccountRow | None, password: str) -> bool:
    """Verify the password; an unknown name takes the same time as a wrong password."""
    stored = row.password_hash if row else _nobodys_hash()
    try:
        return hasher().verify(stored, password) and row is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
