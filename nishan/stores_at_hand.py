"""Database and object store for a command: those of the running service, or started for the time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from core.settings import Settings, settings
from nishan.embedded.parts import EmbeddedParts
from nishan.errors import AlreadyRunning, NotRunning
from nishan.installation import Installation

_STOP_S = 10.0


@contextmanager
def stores_at_hand(*, running: bool) -> Iterator[Settings]:
    """Reach both stores and yield the settings by which they are reached.

    Args:
        running: Whether the service may run meanwhile, and an installation must be there.

    Raises:
        AlreadyRunning: the service runs, but must not.
        NotRunning: there is no installation to work on.
    """
    place = Installation.of(settings())
    if place.is_held():
        if not running:
            raise AlreadyRunning(f"Stop the service in {place.data_dir} first, with Ctrl-C or SIGTERM.")
        place.adopt_settings()
        yield settings()
        return
    parts = EmbeddedParts(None, None)
    if running and not _is_there(place):
        raise NotRunning(
            f"There is no installation in {place.data_dir}. Choose another with NISHAN_DATA_DIR."
        )
    place.prepare()
    with place.held():
        try:
            parts = EmbeddedParts.of(settings(), place)
            parts.start()
            os.environ |= parts.environment()
            settings.cache_clear()
            yield settings()
        finally:
            parts.stop(_STOP_S)


def _is_there(place: Installation) -> bool:
    own = settings().database_url.get_secret_value()
    return bool(own) or (place.data_dir / "postgres").exists()
