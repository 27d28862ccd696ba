"""What a calibration fitted on the own gallery is, how far it is, and what can stand in the way of an act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.errors import Conflict, NotFound
from matcher.calibration import Calibration
from matcher.own_gallery import HeldOut
from matcher.populations import own_gallery
from records.stored_values import from_json
from records.tables import OwnCalibrationRow


class CalibrationNotFound(NotFound):
    """There is no calibration with this number."""

    code = "calibration_not_found"


class CalibrationBusy(Conflict):
    """Another fit of this producer is being made."""

    code = "calibration_busy"


class CalibrationUnfinished(Conflict):
    """The fit is not done, or has failed."""

    code = "calibration_unfinished"


class NoCalibrationInUse(Conflict):
    """The shipped rates are in use already."""

    code = "no_calibration_in_use"


class CalibrationState(StrEnum):
    """How far a fit is."""

    FITTING = "fitting"
    FITTED = "fitted"
    FAILED = "failed"


@dataclass(frozen=True)
class OwnCalibration:
    """A fit of false-match rates on the gallery's own faces.

    Attributes:
        active: Every process states its rates for this producer.
        done, total: Steps of the fit.
        same_person_pairs: Pairs that were left out because they look like one person.
        same_person_from: Comparison score from which on they do.
        held_out: The same way of fitting judged on people whom it had not seen.
        calibration: None until it is fitted.
        problem: Why it failed.
    """

    id: UUID
    number: int
    producer: str
    state: CalibrationState
    active: bool
    done: int
    total: int
    people: int | None
    same_person_pairs: int | None
    same_person_from: float | None
    held_out: tuple[HeldOut, ...]
    calibration: Calibration | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None
    chosen_at: datetime | None

    @property
    def population(self) -> str:
        """The name of its population."""
        return own_gallery(self.number)


@dataclass(frozen=True)
class SamePersonPair:
    """Two people who were taken for one, by their numbers."""

    first: str
    second: str
    score: float


def read_own_calibration(row: OwnCalibrationRow) -> OwnCalibration:
    """Return a row as a value."""
    return OwnCalibration(
        id=row.id,
        number=row.number,
        producer=row.producer,
        state=CalibrationState(row.state),
        active=row.active,
        done=row.done,
        total=row.total,
        people=row.people,
        same_person_pairs=row.same_person_pairs,
        same_person_from=row.same_person_from,
        held_out=tuple(from_json(HeldOut, each) for each in row.held_out or ()),
        calibration=from_json(Calibration, row.calibration) if row.calibration else None,
        problem=row.problem,
        created_at=row.created_at,
        ended_at=row.ended_at,
        chosen_at=row.chosen_at,
    )
