"""Checks a name and a password within what this process takes on at once."""

from api.lifespan import Parts
from records.accounts import IssuedToken, sign_in


def signed_in(parts: Parts, username: str, password: str) -> IssuedToken:
    """Return a fresh token.

    Raises:
        OverCapacity: too many passwords are being checked.
        SignInFailed, AccountLocked: as `records.sign_in` says.
    """
    settings = parts.settings
    with parts.sign_ins.turn(), parts.database.transaction() as session:
        return sign_in(
            session,
            username,
            password,
            settings.token_minutes,
            attempts=settings.lockout_attempts,
            lockout_minutes=settings.lockout_minutes,
        )
