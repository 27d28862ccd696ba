"""Refuses an answer that lacks a part of the gallery, where nobody would read that it does."""

from enroll.errors import GalleryIncomplete
from matcher.candidates import SearchResult


def require_whole(result: SearchResult) -> None:
    """Refuse an incomplete answer; the job is tried again until every part of the gallery answers.

    Raises:
        GalleryIncomplete: parts of the gallery did not answer.
    """
    if not result.complete:
        raise GalleryIncomplete(
            f"Only {result.shards_searched} of {result.shards_total} parts of the gallery could be searched; "
            "it is tried again.",
            shards_searched=result.shards_searched,
            shards_total=result.shards_total,
        )
