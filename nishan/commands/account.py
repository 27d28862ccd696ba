"""`nishan account`: make accounts from the machine that runs the service, above all the first one."""

from typing import Annotated

import typer

from nishan.credentials import JsonOption, use_running_installation
from nishan.errors import ArgumentInvalid
from nishan.output import show

app = typer.Typer(help="Make accounts.", no_args_is_help=True)


@app.callback()
def accounts() -> None:
    """Make accounts."""


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[
        str, typer.Option(help="station, investigator, examiner, supervisor, administrator or auditor.")
    ],
    full_name: Annotated[str, typer.Option(help="Name of the officer.")] = "",
    state: Annotated[str, typer.Option(help="Two digits: the only state it may see. Default: all.")] = "",
    station: Annotated[str, typer.Option(help="Code of the police station.")] = "",
    password: Annotated[
        str, typer.Option(envvar="NISHAN_NEW_PASSWORD", help="Default: a random one, shown once.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Add an account directly in the database; needs no account of one's own."""
    import secrets

    from core.settings import settings
    from records.access import Role
    from records.accounts import create_account
    from records.database import Database

    if role not in set(Role):
        raise ArgumentInvalid(f"There is no role '{role}'. Choose one of: {', '.join(Role)}.")
    use_running_installation()
    chosen = password or secrets.token_urlsafe(12)
    database = Database(settings().database_url.get_secret_value(), 2)
    try:
        with database.transaction() as session:
            create_account(
                session, username, chosen, full_name or username, Role(role), state or None, station or None
            )
    finally:
        database.dispose()
    answer = {"username": username, "role": role, **({} if password else {"password": chosen})}
    shown = "" if password else f" The password, shown only now: {chosen}"
    show(answer, f"Account {username} ({role}) added.{shown}", as_json)
