"""`nishan erasures`: the list of what was destroyed, to be kept beside the backups."""

from pathlib import Path
from typing import Annotated

import typer

from nishan.credentials import JsonOption, use_running_installation
from nishan.output import show


def erasures(
    target: Annotated[Path, typer.Argument(help="File to write; an older list there is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Write which persons, enrolments and videos were destroyed, and when; no names."""
    from core.settings import settings
    from nishan.private_files import write_private
    from records.backup.erasures import destruction_lines
    from records.database import Database

    use_running_installation()
    database = Database(settings().database_url.get_secret_value(), 2)
    try:
        with database.snapshot() as session:
            lines = list(destruction_lines(session))
    finally:
        database.dispose()
    write_private(target.absolute(), "".join(f"{line}\n" for line in lines))
    show({"lines": len(lines)}, f"{len(lines)} lines written to {target}.", as_json)
