"""Signing in with a lock-out, and the short-lived tokens that follow."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Forbidden
from records import audit
from records.access import Officer, Role
from records.parameters import ACCOUNTS
from records.passwords import hasher, password_fits
from records.tables import AccountRow, SignInFailureRow, TokenRow
from records.text import check_text


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
class IssuedToken:
    """A fresh token: shown once, kept only as a hash."""

    token: str
    expires_at: datetime
    officer: Officer


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
    if not password_fits(row, password) or row is None or not row.active:
        _count_failure(counter, attempts, lockout_minutes)
        _refuse(session, row, "password")
        raise SignInFailed("User name or password is wrong.")
    session.delete(counter)
    row.last_sign_in_at = now()
    if hasher().check_needs_rehash(row.password_hash):
        row.password_hash = hasher().hash(password)
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


def _issue(session: Session, row: AccountRow, minutes: int) -> IssuedToken:
    token, at = secrets.token_urlsafe(ACCOUNTS.token_bytes), now()
    expires = at + timedelta(minutes=minutes)
    session.add(TokenRow(token_hash=_token_hash(token), account_id=row.id, created_at=at, expires_at=expires))
    session.flush()
    officer = officer_of_row(row)
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
    found = session.execute(_HOLDER, {"token": _token_hash(token)}).one_or_none()
    if found is None or not found[1].active:
        raise TokenInvalid("Sign in: this token is not known.")
    if found[0] <= now():
        raise TokenExpired("Sign in again: your session has ended.")
    return officer_of_row(found[1])


_HOLDER = (
    select(TokenRow.expires_at, AccountRow)
    .join(AccountRow, AccountRow.id == TokenRow.account_id)
    .where(TokenRow.token_hash == bindparam("token"))
)


def sign_out(session: Session, token: str) -> None:
    """End a token."""
    account_id = session.scalar(
        delete(TokenRow).where(TokenRow.token_hash == _token_hash(token)).returning(TokenRow.account_id)
    )
    if account_id is not None:
        row = session.get_one(AccountRow, account_id)
        audit.append(session, officer_of_row(row), "account.sign_out", "account", account_id)


def remove_expired(session: Session) -> int:
    """Delete tokens and failure counts that no longer matter; return the number of tokens."""
    limit = now() - timedelta(days=ACCOUNTS.keep_expired_days)
    session.execute(delete(SignInFailureRow).where(SignInFailureRow.last_at < limit))
    ended = session.execute(
        delete(TokenRow).where(TokenRow.expires_at < limit).returning(TokenRow.account_id)
    )
    return len(ended.all())


def officer_of_row(row: AccountRow) -> Officer:
    return Officer(row.id, row.username, row.full_name, Role(row.role), row.state_code, row.station_code)
