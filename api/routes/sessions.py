"""Requests about the officer's own session: sign in, sign out, who am I, change the password."""

from fastapi import APIRouter, Request, Response

from api.dependencies import OfficerHere, PartsHere
from api.openapi import NO_SIGN_IN
from api.schemas.sessions import Credentials, OfficerAnswer, PasswordChange, TokenAnswer
from api.security import clear_session_cookie, presented_token
from api.signing_in import signed_in
from records.accounts import set_password, sign_in, sign_out

router = APIRouter(tags=["session"])


@router.post("/tokens", status_code=201, openapi_extra=NO_SIGN_IN)
def create_token(credentials: Credentials, parts: PartsHere) -> TokenAnswer:
    """Sign in and receive a short-lived token. Repeated failures lock the account for a while (429)."""
    issued = signed_in(parts, credentials.username, credentials.password)
    return TokenAnswer(
        token=issued.token, expires_at=issued.expires_at, officer=OfficerAnswer.of(issued.officer)
    )


@router.delete("/tokens/current", status_code=204)
def end_token(request: Request, response: Response, parts: PartsHere, _officer: OfficerHere) -> None:
    """Sign out: the token of this request is worthless from now on."""
    with parts.database.transaction() as session:
        sign_out(session, presented_token(request).token)
    clear_session_cookie(response)


@router.get("/me")
def who_am_i(officer: OfficerHere) -> OfficerAnswer:
    """Return the signed-in officer and what the account may do."""
    return OfficerAnswer.of(officer)


@router.post("/me/password", status_code=204)
def change_password(change: PasswordChange, parts: PartsHere, officer: OfficerHere) -> None:
    """Set a new password; every token of the account ends, this one too."""
    settings = parts.settings
    with parts.sign_ins.turn(), parts.database.transaction() as session:
        sign_in(
            session,
            officer.username,
            change.current_password,
            1,
            attempts=settings.lockout_attempts,
            lockout_minutes=settings.lockout_minutes,
        )
        set_password(session, officer.account_id, change.new_password, by=officer)
