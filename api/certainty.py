"""How sure an answer is, in JSON and in words: threshold, thoroughness, odds of a comparison."""

import math
from dataclasses import asdict

from api.schemas.face_population import FacePopulationAnswer
from api.schemas.searches import FaceSearchAnswer, ThresholdAnswer
from matcher.populations import in_words, statement
from matcher.verify import Verification
from records.searches import SearchRecord


def face_search_answer(recall: float | None) -> FaceSearchAnswer | None:
    """Say how thoroughly the faces were searched."""
    if recall is None:
        return None
    if recall >= 1.0:
        return FaceSearchAnswer(exact=True, recall=1.0, statement="Every face was compared.")
    return FaceSearchAnswer(
        exact=False,
        recall=recall,
        statement=(
            "A quick scan chose which faces to compare. Measured on this gallery, "
            f"{math.floor(10_000 * recall) / 100:.2f} of 100 searches find the same best face as comparing "
            "every one."
        ),
    )


def face_population_answer(population: str | None) -> FacePopulationAnswer | None:
    """Say whose false-match rates those of faces are."""
    if population is None:
        return None
    return FacePopulationAnswer(name=population, statement=statement(population))


def threshold_answer(record: SearchRecord) -> ThresholdAnswer | None:
    """Say what the candidates had to meet."""
    limit = record.threshold
    if limit is None:
        return None
    one_in, rarest = round(1 / limit.fpir), round(1 / limit.false_match_rate)
    words = (
        f"Of searches of strangers among {record.subjects_searched:,} people one in {one_in:,} may bring a "
        f"candidate: returned are those whose false-match rate is one in {rarest:,} or less."
    )
    if not limit.reachable:
        words += " No single sample of this kind can be stated as that rare; send more of the person."
    return ThresholdAnswer(**asdict(limit), statement=words)


def statement_of(outcome: Verification) -> str:
    """Say what a comparison is worth."""
    low, high = outcome.interval or (None, None)
    between = f" (one in {_one_in(high):,} to one in {_one_in(low):,})" if low and high else ""
    beyond = " This is rarer than was measured and extrapolated." if outcome.extrapolated else ""
    known = outcome.face_population is not None
    whose = f" Of faces: {in_words(outcome.face_population or '')}." if known else ""
    return (
        f"About one in {_one_in(outcome.false_match_rate):,}{between} comparisons of different people is "
        f"this alike or more.{beyond}{whose} This is a proposal to look at; it decides nothing."
    )


def _one_in(rate: float) -> int:
    return round(1 / rate) if rate > 0 else 0
