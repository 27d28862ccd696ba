"""Joins the answers of shards into the answer of the whole gallery."""

from collections.abc import Sequence
from dataclasses import replace

from matcher.candidates import Candidate, SearchResult
from matcher.populations import together


def merge(answers: Sequence[SearchResult], shards_total: int, max_candidates: int) -> SearchResult:
    """Return what one gallery with the people of all shards would answer.

    All references of a person are on one shard, so each candidate was judged by all there is of him;
    what depends on the size of the gallery is worked out anew.

    Args:
        answers: At least one, of different shards to the same probe.
    """
    searched = sum(answer.subjects_searched for answer in answers)
    ordered = sorted(
        (candidate for answer in answers for candidate in answer.candidates), key=lambda item: item.place
    )
    return replace(
        answers[0],  # what it says of the probe itself, every shard says
        candidates=tuple(
            _placed(candidate, rank, searched)
            for rank, candidate in enumerate(ordered[:max_candidates], start=1)
        ),
        subjects_searched=searched,
        references_searched=sum(answer.references_searched for answer in answers),
        references_incomparable=sum(answer.references_incomparable for answer in answers),
        face_recall=min((each.face_recall for each in answers if each.face_recall is not None), default=None),
        face_population=together(
            each.face_population for each in answers if each.face_population is not None
        ),
        gallery_position=min(answer.gallery_position for answer in answers),
        shards_searched=len(answers),
        shards_total=shards_total,
    )


def _placed(candidate: Candidate, rank: int, searched: int) -> Candidate:
    return replace(candidate, rank=rank, expected_strangers=candidate.false_match_rate * searched)
