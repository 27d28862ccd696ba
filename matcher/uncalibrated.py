"""Takes the rates out of an answer to a probe for which none were measured: a sketch."""

from dataclasses import replace

from matcher.candidates import Candidate, SearchResult


def without_rates(result: SearchResult) -> SearchResult:
    """Return the same candidates in the same order, and claim nothing: any stranger may score as high.

    Comparison scores stay.
    """
    candidates = tuple(_unclaimed(candidate, result.subjects_searched) for candidate in result.candidates)
    return replace(result, candidates=candidates, uncalibrated=True, face_population=None)


def _unclaimed(candidate: Candidate, subjects: int) -> Candidate:
    evidence = tuple(replace(comparison, false_match_rate=1.0) for comparison in candidate.evidence)
    return replace(
        candidate,
        score=0.0,
        false_match_rate=1.0,
        expected_strangers=float(subjects),
        evidence=evidence,
        interval=None,
        extrapolated=False,
    )
