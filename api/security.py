"""From a request to the officer behind it: bearer token or console cookie, and proof against forgery."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from fastapi import Request, Response

from api.lifespan import Parts
from core.errors import Forbidden
from core.settings import Settings
from records.access import Officer
from records.accounts import IssuedToken, officer_of_token

SESSION_COOKIE = "nishan_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_SCHEME = "bearer "


class TokenMissing(Forbidden):
    """The request says nothing about who sends it."""

    code = "token_missing"


class CsrfFailed(Forbidden):
    """A request with the console's cookie that did not come from the console's own pages."""

    code = "csrf_failed"


@dataclass(frozen=True)
class PresentedToken:
    """A token, and whether the browser attached it by itself."""

    token: str
    from_cookie: bool


def presented_token(request: Request) -> PresentedToken:
    """Return the token of the Authorization header, else of the cookie.

    Raises:
        TokenMissing: there is neither.
    """
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_SCHEME):
        return PresentedToken(header[len(_SCHEME) :].strip(), from_cookie=False)
    if cookie := request.cookies.get(SESSION_COOKIE):
        return PresentedToken(cookie, from_cookie=True)
    raise TokenMissing("Sign in first: POST /v1/tokens, then send the header 'Authorization: Bearer TOKEN'.")


def officer_behind(request: Request, parts: Parts) -> Officer:
    """Return the officer who signed in with the request's token.

    Raises:
        Forbidden: the token is missing, wrong or over.
    """
    presented = presented_token(request)
    with parts.database.reading() as session:
        return officer_of_token(session, presented.token)


def csrf_token(request: Request) -> str:
    """Return what the pages of this session's visitor have to send back with every change.

    It is derived from the session's token, which no page of another origin can read, and masked anew for
    each page: how well a page compresses then tells nothing of it (the attack called BREACH).
    """
    return masked(_derived(presented_token(request).token))


def check_header_csrf(request: Request) -> None:
    """Refuse a change that carries the cookie but not the header of our own pages.

    Raises:
        CsrfFailed: another origin may have sent it.
    """
    if request.method in _SAFE_METHODS or not presented_token(request).from_cookie:
        return
    check_csrf(request, request.headers.get(CSRF_HEADER, ""))


def check_csrf(request: Request, sent: str) -> None:
    """Refuse the request unless it comes from this origin and ``sent`` belongs to its session.

    Raises:
        CsrfFailed: it does not.
    """
    require_same_origin(request)
    if not hmac.compare_digest(unmasked(sent), _derived(presented_token(request).token)):
        raise CsrfFailed("The form is out of date. Load the page again and repeat.")


def require_same_origin(request: Request) -> None:
    """Refuse what a browser says another site caused; programs, which say nothing, pass.

    Raises:
        CsrfFailed: the browser named another site.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CsrfFailed("The request came from another site. Use the console's own page.")


def set_session_cookie(response: Response, issued: IssuedToken, settings: Settings) -> None:
    """Let the console's visitor carry the token where no script can read it."""
    response.set_cookie(
        SESSION_COOKIE,
        issued.token,
        max_age=settings.token_minutes * 60,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="strict",
        path="/",
    )


def clear_session_cookie(response: Response) -> None:
    """Make the browser forget the token."""
    response.delete_cookie(SESSION_COOKIE, path="/")


def _derived(token: str) -> bytes:
    return hmac.new(token.encode(), b"nishan csrf token", hashlib.sha256).digest()


def masked(secret: bytes) -> str:
    """Return the secret in hexadecimal, joined to random bytes that come before it."""
    mask = secrets.token_bytes(len(secret))
    return (mask + _joined(mask, secret)).hex()


def unmasked(text: str) -> bytes:
    """Return the secret of `masked`; for any other text, bytes that are no secret of ours."""
    try:
        sent = bytes.fromhex(text)
    except ValueError:
        return b""
    half, odd = divmod(len(sent), 2)
    return b"" if odd else _joined(sent[:half], sent[half:])


def _joined(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
