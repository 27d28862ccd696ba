"""`nishan doctor`: look at every part and say how to mend what is not well."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from nishan.credentials import JsonOption, use_running_installation
from nishan.output import show, table

if TYPE_CHECKING:
    from nishan.examination.check import Check


def doctor(as_json: JsonOption = False) -> None:
    """Check machine, models, database, object store, queue, processes and gallery."""
    checks = _examine()
    well = all(check.ok for check in checks)
    rows = [{**asdict(check), "state": "well" if check.ok else "UNWELL"} for check in checks]
    answer = {"well": well, "checks": [asdict(check) for check in checks]}
    show(answer, table(rows, ("part", "state", "found", "mend")), as_json)
    if not well:
        raise typer.Exit(1)


def _examine() -> "list[Check]":
    from core.settings import settings
    from nishan.errors import NotRunning
    from nishan.examination.check import Check
    from nishan.examination.machine import examine_machine
    from nishan.examination.processes import examine_processes
    from nishan.examination.stores import examine_stores
    from nishan.examination.templates import examine_templates
    from nishan.installation import Installation

    place = Installation.of(settings())
    checks = list(examine_machine(settings(), place))
    try:
        use_running_installation()
    except NotRunning as problem:
        return [*checks, Check("service", False, problem.message, "Start it with `nishan up`.")]
    checks += examine_stores(settings())
    if all(check.ok for check in checks if check.part in ("database", "migrations")):
        checks += examine_templates(settings())
    if place.is_held():
        checks += examine_processes(settings(), place)
    return checks
