"""JSON of the calibrations of faces: shipped ones, those of the own gallery, and which one is in use."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from api.schemas.face_population import FacePopulationAnswer
from api.schemas.shape import Answer, Request
from api.schemas.text import Paragraph
from matcher.calibration import Calibration
from matcher.own_gallery import HeldOut
from matcher.populations import statement
from records.calibration_values import CalibrationState, OwnCalibration, SamePersonPair

SHOWN_RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


class FitBody(Request):
    """Whose rates shall be fitted."""

    producer: Paragraph | None = Field(
        default=None, description="Of the templates; the one that probes get now when left out."
    )


class BackBody(Request):
    """Of which producer the shipped rates shall be stated again."""

    producer: Paragraph | None = Field(default=None, description="The one in use when left out.")


class RateAnswer(Answer):
    """At which comparison score a false-match rate is stated."""

    rate: float
    score: float
    interval: tuple[float, float] | None = Field(description="Of the rate there, 95 %.")
    extrapolated: bool


class TableAnswer(Answer):
    """A calibration of one population."""

    population: FacePopulationAnswer
    producer: str
    protocol: str
    comparisons: int
    rates: list[RateAnswer]

    @classmethod
    def of(cls, calibration: Calibration) -> "TableAnswer":
        """Describe a calibration by the scores of some rates."""
        return cls(
            population=FacePopulationAnswer(
                name=calibration.population, statement=statement(calibration.population)
            ),
            producer=calibration.producer,
            protocol=calibration.protocol,
            comparisons=calibration.comparisons,
            rates=[_rate(calibration, rate) for rate in SHOWN_RATES if rate >= calibration.least_rate],
        )


class HeldOutAnswer(Answer):
    """How often people who were not fitted on reached a stated rate, each half judged by the other's fit."""

    rate: float
    observed_over_stated: float
    expected_pairs: float = Field(description="Of few pairs nothing can be said.")

    @classmethod
    def of(cls, found: HeldOut) -> "HeldOutAnswer":
        """Describe one rate."""
        return cls(
            rate=found.rate,
            observed_over_stated=found.observed_over_stated,
            expected_pairs=found.expected_pairs,
        )


class OwnCalibrationAnswer(Answer):
    """A calibration fitted on the own gallery."""

    number: int
    producer: str
    status: CalibrationState
    active: bool = Field(description="Its rates are stated for its producer, in every process.")
    items_done: int
    items_total: int
    people: int | None
    same_person_pairs: int | None = Field(
        description="Pairs left out because they look like one person under two records."
    )
    same_person_from: float | None = Field(description="From this comparison score on.")
    held_out: list[HeldOutAnswer]
    table: TableAnswer | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None
    chosen_at: datetime | None
    href: str

    @classmethod
    def of(cls, found: OwnCalibration) -> "OwnCalibrationAnswer":
        """Describe one."""
        return cls(
            number=found.number,
            producer=found.producer,
            status=found.state,
            active=found.active,
            items_done=found.done,
            items_total=found.total,
            people=found.people,
            same_person_pairs=found.same_person_pairs,
            same_person_from=found.same_person_from,
            held_out=[HeldOutAnswer.of(each) for each in found.held_out],
            table=TableAnswer.of(found.calibration) if found.calibration else None,
            problem=found.problem,
            created_at=found.created_at,
            ended_at=found.ended_at,
            chosen_at=found.chosen_at,
            href=f"/v1/calibrations/{found.number}",
        )


class CalibrationsAnswer(Answer):
    """What is stated now, and what could be."""

    producer: str = Field(description="Of the templates that probes get now.")
    in_use: FacePopulationAnswer | None = Field(description="Null: no rates are known for this producer.")
    shipped: list[TableAnswer] = Field(description="Of this producer, in files.")
    own: list[OwnCalibrationAnswer] = Field(description="The newest first.")


class SamePersonAnswer(Answer):
    """Two people who look like one: their numbers, and how alike their faces are."""

    first: str
    second: str
    score: float


class SamePersonsAnswer(Answer):
    """Pairs for people to look at; the records may be joined, or show twins."""

    pairs: list[SamePersonAnswer]

    @classmethod
    def of(cls, pairs: Sequence[SamePersonPair]) -> "SamePersonsAnswer":
        """Describe the pairs, the most alike first."""
        return cls(
            pairs=[SamePersonAnswer(first=each.first, second=each.second, score=each.score) for each in pairs]
        )


def _rate(calibration: Calibration, rate: float) -> RateAnswer:
    score = calibration.score_at(rate)
    return RateAnswer(
        rate=rate,
        score=score,
        interval=calibration.interval(score),
        extrapolated=calibration.extrapolated(score),
    )
