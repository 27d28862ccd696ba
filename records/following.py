"""What keeps a searchable gallery in step with the records, wherever the gallery lies."""

from typing import Protocol

from matcher.searching import Searchable
from records.database import Session
from records.loading import Loading


class Following(Protocol):
    """Opened once per process; `records.gallery_follower` keeps a gallery of its own process."""

    loading: Loading
    """How far the filling has come; its text is for people."""

    failure: str | None
    """Why the gallery is not following right now, None while it is."""

    @property
    def gallery(self) -> Searchable:
        """What is kept in step."""
        ...

    @property
    def ready(self) -> bool:
        """Whether a search can be answered."""
        ...

    def start(self) -> None:
        """Make the gallery searchable, then follow in the background."""
        ...

    def stop(self) -> None:
        """End following."""
        ...

    def catch_up(self, session: Session) -> int:
        """Let every later search see all changes visible to ``session``; return the position of the last."""
        ...
