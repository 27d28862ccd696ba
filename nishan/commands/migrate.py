"""`nishan migrate`: bring an operator's own database and bucket to what this version needs."""

from nishan.credentials import JsonOption, use_running_installation
from nishan.output import show


def migrate_database(as_json: JsonOption = False) -> None:
    """Create or upgrade the tables of the database, and make the bucket.

    `nishan up` does this by itself; processes started one by one need it once per version.
    """
    from core.settings import settings
    from nishan.first_start import prepare_stores

    use_running_installation()
    prepare_stores(settings())
    show({"migrated": True}, "The database and the bucket are ready.", as_json)
