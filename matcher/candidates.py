"""The values a search is made of: references and changes in, candidates out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from biometrics.template import FingerPosition, Modality


@dataclass(frozen=True)
class Reference:
    """An enrolled template as a gallery holds it.

    Attributes:
        reference_id: The template's row number in the records, unique for ever.
        subject: Opaque id of the owner; all references of one person share it.
        tags: Small integers a search may filter by. Only records/ knows what a tag means.
        payload: The template's bytes, in the form of its producer.
    """

    reference_id: int
    subject: UUID
    modality: Modality
    producer: str
    position: FingerPosition
    payload: bytes
    tags: Mapping[str, int] = field(default_factory=dict)


class ChangeKind(StrEnum):
    """What a change does to a gallery."""

    ADD = "add"  # add the reference, or replace it (tags, subject) when its id is already there
    REMOVE = "remove"  # remove one reference


@dataclass(frozen=True)
class Change:
    """One numbered line of the gallery feed. Numbers only grow, in commit order, with gaps allowed."""

    number: int
    kind: ChangeKind
    reference_id: int
    reference: Reference | None = None  # given for ADD; None when since erased: then treat as REMOVE


@dataclass(frozen=True)
class ReferenceScore:
    """How one reference compared with one probe sample.

    Attributes:
        probe_index: Which of the probe's templates was compared (0-based).
        score: Comparison score of the modality's matcher, higher is more alike.
        false_match_rate: Share of comparisons of different people that reach this score.
    """

    reference_id: int
    probe_index: int
    modality: Modality
    position: FingerPosition
    score: float
    false_match_rate: float


@dataclass(frozen=True)
class Threshold:
    """What a target FPIR asks for in one gallery.

    Attributes:
        target_fpir: -10 log10 of the FPIR.
        fpir: Share of strangers' searches that may bring a candidate.
        false_match_rate: The highest rate with which a candidate passes.
        reachable: Whether any comparison with this probe could be stated as that rare.
    """

    target_fpir: int
    fpir: float
    false_match_rate: float
    reachable: bool = True


@dataclass(frozen=True)
class Candidate:
    """One subject proposed by a search; the search decided nothing, people do.

    Attributes:
        rank: 1 for the best.
        score: -10 log10(false_match_rate), the MOSIP style scale: 30 is one in a thousand.
        false_match_rate: Chance that a comparison with one unrelated subject reaches this evidence.
        expected_strangers: false_match_rate times the number of subjects searched: how many
            unrelated people of this gallery are expected at or above this score.
        evidence: The comparisons behind it, best first.
        total_score: Sum of all its comparison scores: which of two is more alike where rates end at a floor.
        interval: Lowest and highest rate that the calibration leaves open; None where it was not measured.
        extrapolated: Whether the rate is lower than any that was measured.
    """

    rank: int
    subject: UUID
    score: float
    false_match_rate: float
    expected_strangers: float
    evidence: tuple[ReferenceScore, ...]
    total_score: float = 0.0
    interval: tuple[float, float] | None = None
    extrapolated: bool = False

    @property
    def place(self) -> tuple[float, float, int]:
        """What candidates are ranked by, smallest first."""
        return (self.false_match_rate, -self.total_score, self.subject.int)


@dataclass(frozen=True)
class SearchResult:
    """The ranked answer of one search.

    Attributes:
        subjects_searched: Number of subjects that the filter admitted and that were compared.
        gallery_position: Number of the last change this answer took into account.
        references_incomparable: References of the probe's modalities that another producer made
            (another model or version), of subjects who have none that was compared: they are found
            by nobody until they are extracted again.
        face_recall: Measured share of such face searches whose best face is that of a comparison with
            every face; 1.0 when every face was compared, None when the probe had no face.
        face_population: Whose false-match rates those of faces are (`matcher.populations`); None when no
            faces were compared.
        repeated: Places of probe prints that are of one finger though not stated so; they counted once.
        mirrored: Places of probe prints that match a subject of the gallery only when they are flipped.
        shards_searched: How many parts of the gallery answered.
        shards_total: How many parts it has; 1 for a gallery that is in one process.
        threshold: What the candidates had to meet, when a target was stated.
        uncalibrated: No rate is known for such a probe: all are 1, the order alone tells something.
    """

    candidates: tuple[Candidate, ...]
    subjects_searched: int
    references_searched: int
    gallery_position: int
    references_incomparable: int = 0
    face_recall: float | None = None
    repeated: tuple[tuple[int, ...], ...] = ()
    mirrored: tuple[int, ...] = ()
    shards_searched: int = 1
    shards_total: int = 1
    threshold: Threshold | None = None
    uncalibrated: bool = False
    face_population: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every shard was searched; when not, the people of a missing one cannot be candidates."""
        return self.shards_searched == self.shards_total
