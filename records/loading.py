"""How far the filling of a gallery has come, for health pages and logs."""

from core.logging import get_logger

_LOG = get_logger(__name__)
_LOG_EVERY = 100_000


class Loading:
    """Counts references as they come in; read by other threads.

    Attributes:
        source: What they come from, "" while nothing has begun.
    """

    def __init__(self) -> None:
        self.source = ""
        self.done = 0
        self.expected = 0

    def begin(self, source: str, expected: int = 0) -> None:
        """Start to count anew."""
        self.source, self.done, self.expected = source, 0, expected
        _LOG.info("gallery_loading", source=source, expected=expected)

    def reached(self, done: int) -> None:
        """Take note of how many are in."""
        if done // _LOG_EVERY > self.done // _LOG_EVERY:
            _LOG.info("gallery_loading", source=self.source, done=done, expected=self.expected)
        self.done = done

    def __str__(self) -> str:
        if not self.source:
            return "waiting for the database"
        if not self.expected:
            return f"loading from {self.source}"
        return f"loading {self.done:,} of {self.expected:,} from {self.source}"
