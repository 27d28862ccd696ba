"""Requests of the administrator: accounts of officers."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import OfficerHere, PartsHere
from api.schemas.accounts import AccountAnswer, AccountBody, NewPassword
from records.access import Permission, require
from records.accounts import create_account, deactivate, list_accounts, set_password

router = APIRouter(tags=["accounts"], prefix="/accounts")


@router.get("")
def read_accounts(parts: PartsHere, officer: OfficerHere) -> list[AccountAnswer]:
    """List all accounts."""
    with parts.database.transaction() as session:
        return [AccountAnswer.of(account) for account in list_accounts(session, officer)]


@router.post("", status_code=201)
def add_account(body: AccountBody, parts: PartsHere, officer: OfficerHere) -> AccountAnswer:
    """Create an account."""
    require(officer, Permission.MANAGE_ACCOUNTS)
    with parts.database.transaction() as session:
        account = create_account(
            session,
            body.username,
            body.password,
            body.full_name,
            body.role,
            body.state_code,
            body.station_code,
            by=officer,
        )
    return AccountAnswer.of(account)


@router.post("/{account_id}/password", status_code=204)
def replace_password(account_id: UUID, body: NewPassword, parts: PartsHere, officer: OfficerHere) -> None:
    """Set a new password; all tokens of the account end, a lock-out too."""
    require(officer, Permission.MANAGE_ACCOUNTS)
    with parts.database.transaction() as session:
        set_password(session, account_id, body.password, by=officer)


@router.delete("/{account_id}", status_code=204)
def close_account(account_id: UUID, parts: PartsHere, officer: OfficerHere) -> None:
    """Deactivate an account; what it did stays in the audit under its name."""
    with parts.database.transaction() as session:
        deactivate(session, officer, account_id)
