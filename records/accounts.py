"""Officers' accounts: created, listed, closed; signing in is in sign_in.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, Role, require
from records.numbers import check_state_code
from records.passwords import PasswordTooWeak, check_password, hasher
from records.sign_in import (
    AccountLocked,
    IssuedToken,
    SignInFailed,
    TokenExpired,
    TokenInvalid,
    officer_of_row,
    officer_of_token,
    remove_expired,
    sign_in,
    sign_out,
)
from records.tables import AccountRow, TokenRow
from records.text import check_text, require_text

__all__ = [
    "Account",
    "AccountLocked",
    "AccountNotFound",
    "IssuedToken",
    "PasswordTooWeak",
    "SignInFailed",
    "TokenExpired",
    "TokenInvalid",
    "UsernameTaken",
    "account_count",
    "create_account",
    "deactivate",
    "list_accounts",
    "officer_named",
    "officer_of_account",
    "officer_of_token",
    "remove_expired",
    "set_password",
    "sign_in",
    "sign_out",
]


class UsernameTaken(Conflict):
    """Another account has this name."""

    code = "username_taken"


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"


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
    check_password(name, password)
    if state_code is not None:
        check_state_code(state_code)
    values = {
        "id": new_id(),
        "username": name,
        "full_name": require_text(full_name, "full name", 200),
        "role": str(role),
        "state_code": state_code,
        "station_code": check_text(station_code, "station code", 100) if station_code else None,
        "password_hash": hasher().hash(password),
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


def set_password(session: Session, account_id: UUID, password: str, *, by: Officer | None = None) -> None:
    """Set a new password, by owner, administrator or the installation; the account's tokens end."""
    if by is not None and by.account_id != account_id:
        require(by, Permission.MANAGE_ACCOUNTS)
    row = _row(session, account_id)
    check_password(row.username, password)
    row.password_hash = hasher().hash(password)
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
    return officer_of_row(row)


def officer_of_account(session: Session, account_id: UUID) -> Officer:
    """Return the officer of an account, for work done later in their name; deactivated ones included."""
    row = session.get(AccountRow, account_id)
    if row is None:
        raise AccountNotFound("There is no such account.")
    return officer_of_row(row)


def _row(session: Session, account_id: UUID) -> AccountRow:
    row = session.get(AccountRow, account_id, with_for_update=True)
    if row is None:
        raise AccountNotFound("There is no such account.")
    return row


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
