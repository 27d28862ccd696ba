"""Signing in, the lock-out, tokens and who may manage accounts."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from core.errors import Forbidden
from records import audit
from records.access import Role
from records.accounts import (
    AccountLocked,
    PasswordTooWeak,
    SignInFailed,
    TokenExpired,
    TokenInvalid,
    UsernameTaken,
    create_account,
    deactivate,
    list_accounts,
    officer_of_token,
    remove_expired,
    set_password,
    sign_in,
    sign_out,
)
from records.database import Database
from tests.integration.records.people import PASSWORD, officer


def _wrong(database: Database, username: str, attempts: int = 3) -> type[Forbidden]:
    with pytest.raises(Forbidden) as problem, database.transaction() as s:
        sign_in(s, username, "not the password", 30, attempts=attempts)
    return problem.type


def test_token_leads_back_to_its_officer(database: Database, database_url: str) -> None:
    with database.transaction() as s:
        by = officer(s)
    with database.transaction() as s:
        issued = sign_in(s, by.username.upper(), PASSWORD, 30)
    with database.transaction() as s:
        assert officer_of_token(s, issued.token) == issued.officer == by
    with psycopg.connect(database_url) as connection:
        stored = connection.execute(
            "SELECT t::text FROM tokens t UNION SELECT a::text FROM accounts a"
        ).fetchall()
    assert issued.token not in str(stored)
    assert PASSWORD not in str(stored)


def test_lock_out_outlives_the_failed_transaction_and_ends(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
    assert [_wrong(database, by.username) for _ in range(4)] == [SignInFailed] * 3 + [AccountLocked]
    with pytest.raises(AccountLocked) as problem, database.transaction() as s:
        sign_in(s, by.username, PASSWORD, 30)
    assert 0 < problem.value.facts["retry_after_s"] <= 15 * 60 + 1
    with database.transaction() as s:
        s.execute(text("UPDATE sign_in_failures SET locked_until = now() - interval '1 second'"))
    with database.transaction() as s:
        assert sign_in(s, by.username, PASSWORD, 30).officer == by
    assert _wrong(database, by.username) is SignInFailed


def test_unknown_name_is_locked_and_answered_like_a_known_one(database: Database) -> None:
    assert [_wrong(database, "nobody-here") for _ in range(4)] == [SignInFailed] * 3 + [AccountLocked]


def test_every_attempt_is_audited(database: Database) -> None:
    with database.transaction() as s:
        by, reader = officer(s), officer(s, Role.AUDITOR, state=None)
    _wrong(database, by.username)
    with database.transaction() as s:
        sign_in(s, by.username, PASSWORD, 30)
    with database.transaction() as s:
        filters = audit.AuditFilters(object_id=str(by.account_id))
        actions = [entry.action for entry in audit.page(s, reader, filters).items]
    assert actions == ["account.sign_in", "account.sign_in_refused"]


def test_token_ends_by_time_sign_out_password_and_closing(database: Database) -> None:
    with database.transaction() as s:
        by, administrator = officer(s), officer(s, Role.ADMINISTRATOR, state=None)
    with database.transaction() as s:
        tokens = [sign_in(s, by.username, PASSWORD, minutes).token for minutes in (0, 30, 30, 30)]
    expired, signed_out, renewed, closed = tokens
    _assert_refused(database, expired, TokenExpired)
    with database.transaction() as s:
        sign_out(s, signed_out)
    _assert_refused(database, signed_out, TokenInvalid)
    with database.transaction() as s:
        set_password(s, by.account_id, PASSWORD + "!", by=by)
    _assert_refused(database, renewed, TokenInvalid)
    with database.transaction() as s:
        closed = sign_in(s, by.username, PASSWORD + "!", 30).token
    with database.transaction() as s:
        deactivate(s, administrator, by.account_id)
    _assert_refused(database, closed, TokenInvalid)
    with pytest.raises(SignInFailed), database.transaction() as s:
        sign_in(s, by.username, PASSWORD + "!", 30)


def _assert_refused(database: Database, token: str, error: type[Exception]) -> None:
    with pytest.raises(error), database.transaction() as s:
        officer_of_token(s, token)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "'; DROP TABLE tokens; --", "a" * 10_000])
def test_invented_token_is_refused(database: Database, token: str) -> None:
    _assert_refused(database, token, TokenInvalid)


@pytest.mark.parametrize("password", ["", "short", "officer-same-as-name"])
def test_weak_password_is_refused(database: Database, password: str) -> None:
    with pytest.raises(PasswordTooWeak), database.transaction() as s:
        create_account(s, "officer-same-as-name", password, "A", Role.STATION)


def test_name_is_taken_whatever_its_case(database: Database) -> None:
    with database.transaction() as s:
        create_account(s, "Case.Of.Names", PASSWORD, "A", Role.STATION)
    with pytest.raises(UsernameTaken), database.transaction() as s:
        create_account(s, "case.of.NAMES", PASSWORD, "B", Role.STATION)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage_accounts(database: Database, role: Role) -> None:
    with database.transaction() as s:
        by, other = officer(s, role), officer(s)
        for attempt in (
            lambda: create_account(s, "new-one", PASSWORD, "A", Role.SUPERVISOR, by=by),
            lambda: deactivate(s, by, other.account_id),
            lambda: set_password(s, other.account_id, PASSWORD, by=by),
            lambda: list_accounts(s, by),
        ):
            with pytest.raises(Forbidden):
                attempt()


def test_expired_tokens_are_removed_a_day_later(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
        issued = sign_in(s, by.username, PASSWORD, 30)
    with database.transaction() as s:
        long_ago = issued.expires_at - timedelta(days=3)
        s.execute(
            text("UPDATE tokens SET expires_at = :at WHERE account_id = :id"),
            {"at": long_ago, "id": by.account_id},
        )
        assert remove_expired(s) == 1
    _assert_refused(database, issued.token, TokenInvalid)
