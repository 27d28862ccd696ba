"""Officers' accounts: created, signed in with argon2 and a lock-out, known again by a short-lived token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Forbidden, InputRejected, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, Role, require
from records.numbers import check_state_code
from records.parameters import ACCOUNTS
from records.tables import AccountRow, SignInFailureRow, TokenRow
from records.text import check_text, require_text


class UsernameTaken(Conflict):
    """Another account has this name."""

    code = "username_taken"


class PasswordTooWeak(InputRejected):
    """The password is too short, too long or the user name."""

    code = "password_too_weak"


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"


class SignInFailed(Forbidden):
    """Name or password is wrong, or the account is closed; which of them is not said."""

    code = "sign_in_failed"


class AccountLocked(Forbidden):
    """Too many failed sign-ins in a row."""

    code = "account_locked"


class TokenInvalid(Forbidden):
    """The token is none of ours, or its owner signed out."""

    code = "token_invalid"


class TokenExpired(Forbidden):
    """The token's time is over."""

    code = "token_expired"


@dataclass(frozen=True)
class Account:
    """One account as the administrator sees it."""

    id: UUID
    username: str
    full_name: str
    role: Role
    state_code: str | None
    station_code: str | None
    active: bool
    created_at: datetime
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class IssuedToken:
    """A fresh token: shown once, kept only as a hash."""

    token: str
    expires_at: datetime
    officer: Officer


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the library's profile, RFC 9106 low-memory


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def create_account(
    session: Session,
    username: str,
    password: str,
    full_name: str,
    role: Role,
    state_code: str | None = None,
    station_code: str | None = None,
    *,
    by: Officer | None = None,
) -> Account:
    """Create an account; ``by`` None is the installation itself.

    Raises:
        UsernameTaken: names differ only in case.
        PasswordTooWeak: see the message.
    """
    if by is not None:
        require(by, Permission.MANAGE_ACCOUNTS)
    name = _username(username)
    _check_password(name, password)
    if state_code is not None:
        check_state_code(state_code)
    values = {
        "id": new_id(),
        "username": name,
        "full_name": require_text(full_name, "full name", 200),
        "role": str(role),
        "state_code": state_code,
        "station_code": check_text(station_code, "station code", 100) if station_code else None,
        "password_hash": _hasher().hash(password),
        "active": True,
        "created_at": now(),
    }
    added = session.scalar(
        insert(AccountRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["username"])
        .returning(AccountRow.id)
    )
    if added is None:
        raise UsernameTaken(f"Choose another user name: {name} is taken.")
    details = {"username": name, "role": str(role), "state_code": state_code}
    audit.append(session, by, "account.create", "account", added, details=details)
    return _account(session.get_one(AccountRow, added))


def _username(username: str) -> str:
    return require_text(username, "user name", 100).lower()


def _check_password(username: str, password: str) -> None:
    check_text(password, "password", ACCOUNTS.longest_password)
    if len(password) < ACCOUNTS.shortest_password or password.casefold() == username:
        raise PasswordTooWeak(
            f"Choose a password of at least {ACCOUNTS.shortest_password} characters, not the user name."
        )


def sign_in(
    session: Session,
    username: str,
    password: str,
    minutes: int,
    *,
    attempts: int = 5,
    lockout_minutes: int = 15,
) -> IssuedToken:
    """Check name and password and issue a token.

    A failure is counted and audited in a commit of its own before the error is raised; the count goes by
    the name tried, so that it says nothing about which accounts exist.

    Raises:
        SignInFailed: wrong name or password, or the account is closed.
        AccountLocked: ``attempts`` failures in a row; ``retry_after_s`` in the facts.
    """
    name = check_text(username, "user name", 200).strip().lower()
    check_text(password, "password", 10_000)
    counter = _locked_counter(session, name)
    if counter.locked_until is not None and counter.locked_until > now():
        wait_s = int((counter.locked_until - now()).total_seconds()) + 1
        _refuse(session, None, "locked")
        raise AccountLocked(
            f"Too many failed attempts; try again in {wait_s // 60 + 1} minutes.", retry_after_s=wait_s
        )
    row = session.scalar(select(AccountRow).where(AccountRow.username == name))
    if not _password_fits(row, password) or row is None or not row.active:
        _count_failure(counter, attempts, lockout_minutes)
        _refuse(session, row, "password")
        raise SignInFailed("User name or password is wrong.")
    session.delete(counter)
    row.last_sign_in_at = now()
    if _hasher().check_needs_rehash(row.password_hash):
        row.password_hash = _hasher().hash(password)
    return _issue(session, row, minutes)


def _locked_counter(session: Session, name: str) -> SignInFailureRow:
    """Return the counter of failures for a name, locked, so that guesses at one name go one by one."""
    key = hashlib.sha256(name.encode()).digest()
    fresh = insert(SignInFailureRow).values(username_hash=key, failures=0, last_at=now())
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["username_hash"], set_={"last_at": fresh.excluded.last_at}
        )
    )
    return session.scalars(
        select(SignInFailureRow)
        .where(SignInFailureRow.username_hash == key)
        .execution_options(populate_existing=True)
    ).one()


def _count_failure(counter: SignInFailureRow, attempts: int, lockout_minutes: int) -> None:
    counter.failures += 1
    if counter.failures >= attempts:
        counter.failures = 0
        counter.locked_until = now() + timedelta(minutes=lockout_minutes)


def _refuse(session: Session, row: AccountRow | None, why: str) -> None:
    subject = row.id if row else "unknown"
    audit.append(session, None, "account.sign_in_refused", "account", subject, details={"why": why})
    session.commit()


def _password_fits(row: AccountRow | None, password: str) -> bool:
    """Verify the password; an unknown name takes the same time as a wrong password."""
    stored = row.password_hash if row else _nobodys_hash()
    try:
        return _hasher().verify(stored, password) and row is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _issue(session: Session, row: AccountRow, minutes: int) -> IssuedToken:
    token, at = secrets.token_urlsafe(ACCOUNTS.token_bytes), now()
    expires = at + timedelta(minutes=minutes)
    session.add(TokenRow(token_hash=_token_hash(token), account_id=row.id, created_at=at, expires_at=expires))
    session.flush()
    officer = _officer(row)
    audit.append(session, officer, "account.sign_in", "account", row.id)
    return IssuedToken(token, expires, officer)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def officer_of_token(session: Session, token: str) -> Officer:
    """Return who holds a token.

    Raises:
        TokenInvalid: unknown, signed out, or the account was closed.
        TokenExpired: sign in again.
    """
    found = session.execute(
        select(TokenRow.expires_at, AccountRow)
        .join(AccountRow, AccountRow.id == TokenRow.account_id)
        .where(TokenRow.token_hash == _token_hash(token))
    ).one_or_none()
    if found is None or not found[1].active:
        raise TokenInvalid("Sign in: this token is not known.")
    if found[0] <= now():
        raise TokenExpired("Sign in again: your session has ended.")
    return _officer(found[1])


def sign_out(session: Session, token: str) -> None:
    """End a token."""
    account_id = session.scalar(
        delete(TokenRow).where(TokenRow.token_hash == _token_hash(token)).returning(TokenRow.account_id)
    )
    if account_id is not None:
        row = session.get_one(AccountRow, account_id)
        audit.append(session, _officer(row), "account.sign_out", "account", account_id)


def set_password(session: Session, account_id: UUID, password: str, *, by: Officer | None = None) -> None:
    """Set a new password, by owner, administrator or the installation; the account's tokens end."""
    if by is not None and by.account_id != account_id:
        require(by, Permission.MANAGE_ACCOUNTS)
    row = _row(session, account_id)
    _check_password(row.username, password)
    row.password_hash = _hasher().hash(password)
    session.execute(delete(TokenRow).where(TokenRow.account_id == account_id))
    audit.append(session, by, "account.set_password", "account", account_id)


def deactivate(session: Session, officer: Officer, account_id: UUID) -> None:
    """Close an account and end its tokens; its name stays in the records."""
    require(officer, Permission.MANAGE_ACCOUNTS)
    row = _row(session, account_id)
    row.active = False
    session.execute(delete(TokenRow).where(TokenRow.account_id == account_id))
    audit.append(session, officer, "account.deactivate", "account", account_id)


def list_accounts(session: Session, officer: Officer) -> tuple[Account, ...]:
    """Return all accounts by name."""
    require(officer, Permission.MANAGE_ACCOUNTS)
    rows = session.scalars(select(AccountRow).order_by(AccountRow.username))
    return tuple(_account(row) for row in rows)


def account_count(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(AccountRow)) or 0


def officer_named(session: Session, username: str) -> Officer:
    """Return the officer of an active account, for a command line that runs on the server itself."""
    row = session.scalar(
        select(AccountRow).where(AccountRow.username == _username(username), AccountRow.active)
    )
    if row is None:
        raise AccountNotFound(f"There is no active account named {username}.")
    return _officer(row)


def officer_of_account(session: Session, account_id: UUID) -> Officer:
    """Return the officer of an account, for work done later in their name; deactivated ones included."""
    row = session.get(AccountRow, account_id)
    if row is None:
        raise AccountNotFound("There is no such account.")
    return _officer(row)


def remove_expired(session: Session) -> int:
    """Delete tokens and failure counts that no longer matter; return the number of tokens."""
    limit = now() - timedelta(days=ACCOUNTS.keep_expired_days)
    session.execute(delete(SignInFailureRow).where(SignInFailureRow.last_at < limit))
    ended = session.execute(
        delete(TokenRow).where(TokenRow.expires_at < limit).returning(TokenRow.account_id)
    )
    return len(ended.all())


def _row(session: Session, account_id: UUID) -> AccountRow:
    row = session.get(AccountRow, account_id, with_for_update=True)
    if row is None:
        raise AccountNotFound("There is no such account.")
    return row


def _officer(row: AccountRow) -> Officer:
    return Officer(row.id, row.username, row.full_name, Role(row.role), row.state_code, row.station_code)


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        full_name=row.full_name,
        role=Role(row.role),
        state_code=row.state_code,
        station_code=row.station_code,
        active=row.active,
        created_at=row.created_at,
        last_sign_in_at=row.last_sign_in_at,
    )
