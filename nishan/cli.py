"""The command `nishan`: one sub-command per task, each with --json, each failing in one clear sentence."""

import errno
import json
import sys
from typing import NoReturn

import typer

from core.errors import NishanError, Unavailable
from nishan.commands import (
    account,
    backup,
    batch,
    calibration,
    cluster,
    demo,
    doctor,
    enrol,
    erasures,
    fairness,
    identify,
    import_folder,
    migrate,
    models,
    restore,
    templates,
    up,
    verify,
    video,
)
from nishan.errors import AnswerRefused

EXIT_REFUSED = 1
EXIT_UNAVAILABLE = 3
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="nishan",
    help="Biometric identification service: starts it, looks after it, and talks to it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("up")(up.up)
app.command("enrol")(enrol.enrol)
app.command("identify")(identify.identify)
app.command("verify")(verify.verify)
app.command("video")(video.video)
app.command("batch")(batch.batch)
app.command("import")(import_folder.import_folder)
app.command("fairness")(fairness.fairness)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate_database)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("erasures")(erasures.erasures)
app.add_typer(models.app, name="models")
app.add_typer(account.app, name="account")
app.add_typer(templates.app, name="templates")
app.add_typer(calibration.app, name="calibration")
app.add_typer(cluster.app, name="cluster")


def main() -> None:
    """Run the command line; every foreseeable failure becomes one sentence and an exit code."""
    try:
        app()
    except NishanError as problem:
        _fail(problem)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            message = "The disk is full: free some space and try again."
            _say_and_exit("disk_full", message, {}, EXIT_UNAVAILABLE)
        raise
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def _fail(problem: NishanError) -> NoReturn:
    code = problem.answer_code if isinstance(problem, AnswerRefused) else ""
    status = EXIT_UNAVAILABLE if isinstance(problem, Unavailable) else EXIT_REFUSED
    _say_and_exit(code or problem.code, problem.message, problem.facts, status)


def _say_and_exit(code: str, message: str, facts: dict[str, object], status: int) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"code": code, "message": message, **facts}, ensure_ascii=False, default=str))
    else:
        print(message, file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
