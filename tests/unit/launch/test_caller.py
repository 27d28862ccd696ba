"""The shared options of commands: every command that talks to a service has them, and gets them together."""

import pytest
import typer
from typer.testing import CliRunner

from nishan.cli import app
from nishan.commands.caller import Caller, with_caller

SHARED = ("--url", "--user", "--password", "--json")


@pytest.mark.parametrize(
    "command",
    [
        *("enrol", "identify", "verify", "video", "batch", "import", "fairness", "demo"),
        *(f"templates {name}" for name in ("status", "rebuild", "resume", "pause", "switch", "rollback")),
        *("templates retire", "templates failures"),
    ],
)
def test_every_command_of_the_service_has_them(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert all(option in shown.output for option in SHARED)


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ([], {}, Caller()),
        (["--json", "--url", "http://a"], {}, Caller("http://a", as_json=True)),
        (["--user", "b"], {"NISHAN_USER": "c", "NISHAN_PASSWORD": "d"}, Caller("", "b", "d")),
    ],
)
def test_they_arrive_together_beside_the_own_ones(
    given: list[str], environment: dict[str, str], expected: Caller
) -> None:
    arrived = []

    @with_caller
    def command(caller: Caller, name: str, times: int = 2) -> None:
        arrived.append((caller, name, times))

    one = typer.Typer()
    one.command()(command)
    clean = {"NISHAN_URL": None, "NISHAN_USER": None, "NISHAN_PASSWORD": None}
    ran = CliRunner().invoke(one, ["x", "--times", "3", *given], env={**clean, **environment})
    assert ran.exit_code == 0, ran.output
    assert arrived == [(expected, "x", 3)]
