"""Which service a command talks to, and as whom: options, then NISHAN_*, then the installation here."""

from dataclasses import dataclass
from typing import Annotated

import typer

from core.settings import settings
from nishan.errors import CredentialsMissing
from nishan.installation import Installation, read_json

UrlOption = Annotated[
    str, typer.Option("--url", envvar="NISHAN_URL", help="Address of the service; default: the one here.")
]
UserOption = Annotated[
    str,
    typer.Option("--user", envvar="NISHAN_USER", help="User name; default: an account of this installation."),
]
PasswordOption = Annotated[
    str, typer.Option("--password", envvar="NISHAN_PASSWORD", help="Better given as NISHAN_PASSWORD.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]


@dataclass(frozen=True)
class Credentials:
    """The address of a service and an account there."""

    url: str
    username: str
    password: str


def credentials(url: str, user: str, password: str, role: str) -> Credentials:
    """Complete what was given from the local installation, whose first accounts have one per role.

    Raises:
        NotRunning: no address was given and no service runs in the data directory.
        CredentialsMissing: no account was given and the installation kept none of this role.
    """
    place = Installation.of(settings())
    if not url:
        url = str(place.runtime()["address"])
    if not user:
        account = read_json(place.accounts_file).get(role)
        if not account:
            raise CredentialsMissing(
                "Say who you are: set NISHAN_USER and NISHAN_PASSWORD (or use --user and --password)."
            )
        return Credentials(url, account["username"], account["password"])
    if not password:
        raise CredentialsMissing(f"Set NISHAN_PASSWORD to the password of {user}.")
    return Credentials(url, user, password)


def use_running_installation() -> None:
    """Take over the settings of the service that runs in the data directory.

    Raises:
        NotRunning: none runs there, and no database is set either.
    """
    if not settings().database_url.get_secret_value():
        Installation.of(settings()).adopt_settings()
