"""The options that every command shares which talks to a service: its address, an account, and --json."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from rich.console import RenderableType

from nishan.credentials import JsonOption, PasswordOption, UrlOption, UserOption, credentials
from nishan.output import show

if TYPE_CHECKING:
    from nishan.client import ServiceClient

P = ParamSpec("P")


@dataclass(frozen=True)
class Caller:
    """Which service a command talks to and as whom, as given on the command line; empty for what is here."""

    url: str = ""
    user: str = ""
    password: str = ""
    as_json: bool = False

    def client(self, role: str) -> "ServiceClient":
        """Sign in; where no account was given, as the installation's first one of this role.

        Raises:
            NotRunning, CredentialsMissing: the message says what to give.
        """
        from nishan.client import ServiceClient

        return ServiceClient(credentials(self.url, self.user, self.password, role))

    def show(self, value: Mapping[str, Any], for_people: RenderableType) -> None:
        """Print ``value`` as JSON if that was asked for, else what people should see."""
        show(value, for_people, self.as_json)


def _options(
    url: UrlOption = "", user: UserOption = "", password: PasswordOption = "", as_json: JsonOption = False
) -> Caller:
    return Caller(url, user, password, as_json)


_SHARED = {
    name: option.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for name, option in inspect.signature(_options).parameters.items()
}


def with_caller(command: Callable[Concatenate[Caller, P], None]) -> Callable[..., None]:
    """Add the shared options to a command, which gets them together as its first argument."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        shared = {name: given.pop(name) for name in _SHARED}
        command(_options(**shared), **given)  # type: ignore[call-arg]

    # typer reads the options off the signature and the annotations
    signature = inspect.signature(command)
    own = list(signature.parameters.values())[1:]
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    run.__dict__["__signature__"] = signature.replace(parameters=[*own, *_SHARED.values()])
    run.__annotations__ = {each.name: each.annotation for each in (*own, *_SHARED.values())}
    return run
