"""How long a start waits for readiness: a gallery that is being loaded may take its time while it grows."""

import re
import time

from nishan.announcement import Announcer

_SAY_EVERY_S = 10.0
_LOADING = re.compile(r"loading [\d,]+ of [\d,]+")


class LoadingPatience:
    """Begins anew whenever the readiness page tells of another number of references.

    Args:
        seconds: To wait without hearing of any progress.
    """

    def __init__(self, seconds: float, announcer: Announcer) -> None:
        self._seconds = seconds
        self._announcer = announcer
        self._heard = ""
        self._until = time.monotonic() + seconds
        self._said_at = time.monotonic()

    def lasts(self) -> bool:
        """Whether to wait on."""
        return time.monotonic() < self._until

    def heard(self, page: str) -> None:
        """Take note of what the readiness page says, and pass on how far the loading is now and then."""
        found = _LOADING.search(page)
        if found is None or found[0] == self._heard:
            return
        self._heard = found[0]
        self._until = time.monotonic() + self._seconds
        if time.monotonic() - self._said_at >= _SAY_EVERY_S:
            self._said_at = time.monotonic()
            self._announcer.say(f"The gallery is {found[0]} references.")
