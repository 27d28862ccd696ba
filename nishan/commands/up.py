"""`nishan up`: start the whole service and keep it running until told to stop."""

from nishan.credentials import JsonOption


def up(as_json: JsonOption = False) -> None:
    """Start the database, the object store, the workers and the console; Ctrl-C stops everything."""
    from core.settings import settings
    from nishan.announcement import Announcer
    from nishan.supervisor import Supervisor

    Supervisor(settings(), Announcer(as_json)).run()
