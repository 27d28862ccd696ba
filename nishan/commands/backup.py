"""`nishan backup`: everything of an installation into one place, while it runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from nishan.credentials import JsonOption
from nishan.output import show

if TYPE_CHECKING:
    from records.backup.taking import BackupReport

PassphraseOption = Annotated[
    str,
    typer.Option(
        "--passphrase",
        envvar="NISHAN_BACKUP_PASSPHRASE",
        help="Better given as NISHAN_BACKUP_PASSPHRASE. Puts the image key into the backup, under it.",
    ),
]


def backup(
    target: Annotated[str, typer.Argument(help="A directory, new or with --update, or s3://bucket/prefix.")],
    passphrase: PassphraseOption = "",
    update: Annotated[
        bool,
        typer.Option(help="Bring the backup that is there up to date: images in it are not copied again."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write records, images, videos and settings to TARGET, encrypted with the image key."""
    from nishan.backup_progress import shown_progress
    from nishan.first_start import known_image_key
    from nishan.installation import Installation
    from nishan.kept_settings import kept_settings, require_strong
    from nishan.stores_at_hand import stores_at_hand
    from records.backup.places import open_place
    from records.backup.taking import take_backup
    from records.database import Database
    from records.image_store import ImageStore

    require_strong(passphrase)
    with stores_at_hand(running=True) as chosen:
        keys = known_image_key(chosen, Installation.of(chosen))
        database = Database(chosen.database_url.get_secret_value(), 2)
        store = ImageStore.from_settings(chosen, keys)
        try:
            with shown_progress(as_json) as progress:
                report = take_backup(
                    database,
                    store,
                    keys,
                    open_place(target, chosen),
                    kept_settings(chosen),
                    passphrase,
                    progress,
                    update=update,
                )
        finally:
            database.dispose()
    _tell(target, report, as_json)
    if report.lost:
        raise typer.Exit(1)


def _tell(target: str, report: "BackupReport", as_json: bool) -> None:
    manifest = report.manifest
    rows = sum(table.rows for table in manifest.tables)
    answer = {
        "target": target,
        "created_at": manifest.created_at,
        "rows": rows,
        "objects": manifest.objects.count,
        "object_bytes": manifest.objects.bytes,
        "objects_copied": report.copied,
        "bytes_copied": report.copied_bytes,
        "key_included": bool(manifest.wrapped_keys),
        "lost": report.lost,
    }
    key = (
        "The image key is in it, under the passphrase: keep the passphrase apart from the backup."
        if manifest.wrapped_keys
        else "The image key is NOT in it: without data/keys/image_key (or NISHAN_IMAGE_KEY), kept apart, "
        "nobody can read this backup."
    )
    copied = f"{manifest.objects.count:,} images, {report.copied:,} of them copied now"
    said = f"Backup complete: {rows:,} rows; {copied}. {key}"
    if report.lost:
        said += (
            f"\n{len(report.lost)} images are damaged or missing in the object store and so in the backup: "
            f"{', '.join(report.lost[:10])}"
        )
    show(answer, said, as_json)
