"""`nishan restore`: a backup into an empty installation, checked before anything is changed."""

from pathlib import Path
from typing import Annotated

import typer

from nishan.commands.backup import PassphraseOption
from nishan.credentials import JsonOption
from nishan.output import show


def restore(
    source: Annotated[str, typer.Argument(help="Where the backup lies: a directory, or s3://bucket/prefix.")],
    passphrase: PassphraseOption = "",
    check: Annotated[
        bool, typer.Option("--check", help="Only read the backup and say whether it is whole.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Drop the records that are here.")] = False,
    without_damaged: Annotated[
        bool, typer.Option("--without-damaged", help="Restore the rest when single images are damaged.")
    ] = False,
    erasures: Annotated[
        Path | None, typer.Option(help="List written by `nishan erasures`: destroy again what it names.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring records, images and videos of a backup into this installation; the service must be stopped."""
    from nishan.backup_progress import shown_progress
    from nishan.restoring import check_only, restore_here

    with shown_progress(as_json) as progress:
        if check:
            answer = check_only(source, passphrase, progress)
        else:
            answer = restore_here(
                source,
                passphrase,
                replace=replace,
                without_damaged=without_damaged,
                erasures=erasures,
                progress=progress,
            )
    show(answer, str(answer.pop("said")), as_json)
    if answer["damaged"]:
        raise typer.Exit(1)
