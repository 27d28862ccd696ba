"""How useful a sample is for comparison, and why: a value from 0 to 1 with reasons a person can act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QualityReason:
    """One thing that lowers the quality of a sample.

    Attributes:
        code: Stable name, such as ``blurred``.
        advice: What the operator should do, in one short sentence.
        measured: The measured value.
        limit: The value from which on the sample would be good in this respect.
    """

    code: str
    advice: str
    measured: float
    limit: float


@dataclass(frozen=True)
class Quality:
    """Quality of one sample: ``value`` from 0 (useless) to 1 (best), and what lowered it, worst first."""

    value: float
    reasons: tuple[QualityReason, ...] = ()
