"""What administrators do to calibrations of the own gallery: begin a fit, choose one, go back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from core.clock import now
from core.ids import new_id
from matcher.own_gallery import OwnFit
from matcher.parameters import OWN_GALLERY
from records import audit
from records.access import Officer, PartitionForbidden, Permission, require
from records.calibration_values import (
    CalibrationBusy,
    CalibrationNotFound,
    CalibrationState,
    CalibrationUnfinished,
    NoCalibrationInUse,
    OwnCalibration,
    SamePersonPair,
    read_own_calibration,
)
from records.parameters import LOCKS
from records.stored_values import to_json
from records.tables import OwnCalibrationRow, PersonRow, SamePersonRow
from records.text import check_text
from records.visibility import person_visible


def begin(session: Session, officer: Officer, producer: str) -> OwnCalibration:
    """Begin to fit a producer's rates on the gallery; the caller queues the job in the same transaction.

    Raises:
        CalibrationBusy: one of this producer is being fitted.
    """
    _require_all_states(officer)
    _lock(session)
    busy = select(OwnCalibrationRow.number).where(
        OwnCalibrationRow.producer == producer, OwnCalibrationRow.state == CalibrationState.FITTING
    )
    if (number := session.scalar(busy)) is not None:
        raise CalibrationBusy(f"Calibration {number} is being fitted: wait until it is done.", number=number)
    row = OwnCalibrationRow(
        id=new_id(),
        number=(session.scalar(select(func.max(OwnCalibrationRow.number))) or 0) + 1,
        producer=check_text(producer, "producer", 300),
        state=str(CalibrationState.FITTING),
        active=False,
        done=0,
        total=0,
        started_by=officer.account_id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    _note(session, officer, "calibration.fit", row)
    return read_own_calibration(row)


def choose(session: Session, officer: Officer, number: int) -> OwnCalibration:
    """State this calibration's rates for its producer, in every process from this commit on.

    Raises:
        CalibrationUnfinished: it is not fitted.
    """
    _require_all_states(officer)
    _lock(session)
    row = _row(session, number)
    if row.state != CalibrationState.FITTED:
        raise CalibrationUnfinished(f"Calibration {number} is {row.state}: only a fitted one can be used.")
    before = _active(session, row.producer)
    if before is not None:
        before.active = False
        session.flush()
    row.active, row.chosen_by, row.chosen_at = True, officer.account_id, now()
    session.flush()
    _note(session, officer, "calibration.use", row, {"before": before.number if before else None})
    return read_own_calibration(row)


def go_back(session: Session, officer: Officer, producer: str) -> OwnCalibration:
    """State the shipped rates of a producer again; return the calibration that is used no longer.

    Raises:
        NoCalibrationInUse: they are stated already.
    """
    _require_all_states(officer)
    _lock(session)
    row = _active(session, producer)
    if row is None:
        raise NoCalibrationInUse(f"No calibration of the own gallery is in use for {producer}.")
    row.active = False
    session.flush()
    _note(session, officer, "calibration.back", row)
    return read_own_calibration(row)


def list_own_calibrations(session: Session, officer: Officer) -> tuple[OwnCalibration, ...]:
    """Return all calibrations of the own gallery, the newest first."""
    require(officer, Permission.MANAGE_TEMPLATES)
    rows = session.scalars(select(OwnCalibrationRow).order_by(OwnCalibrationRow.number.desc()))
    return tuple(read_own_calibration(row) for row in rows)


def calibration_for_officer(session: Session, officer: Officer, number: int) -> OwnCalibration:
    """Return one calibration by its number."""
    require(officer, Permission.MANAGE_TEMPLATES)
    return read_own_calibration(_row(session, number))


def same_person_pairs(session: Session, officer: Officer, number: int) -> tuple[SamePersonPair, ...]:
    """Return the pairs that a fit left out as one person, of people whose records this officer may read."""
    require(officer, Permission.READ_PERSONS)
    row = _row(session, number)
    first, second = aliased(PersonRow), aliased(PersonRow)
    found = session.execute(
        select(first.number, second.number, SamePersonRow.score)
        .join(first, first.id == SamePersonRow.first_id)
        .join(second, second.id == SamePersonRow.second_id)
        .where(
            SamePersonRow.calibration_id == row.id,
            first.id.in_(select(PersonRow.id).where(person_visible(officer))),
            second.id.in_(select(PersonRow.id).where(person_visible(officer))),
        )
        .order_by(SamePersonRow.score.desc(), first.number)
    )
    audit.append(session, officer, "calibration.pairs", "own_calibration", row.id)
    return tuple(SamePersonPair(str(one), str(other), score) for one, other, score in found)


def newest_with_pairs(session: Session) -> int | None:
    """Return the number of the newest fit that left pairs out as one person, None when there is none."""
    pairs = select(SamePersonRow.calibration_id).where(SamePersonRow.calibration_id == OwnCalibrationRow.id)
    return session.scalar(select(func.max(OwnCalibrationRow.number)).where(pairs.exists()))


def own_calibration(session: Session, calibration_id: UUID) -> OwnCalibration:
    """Return one for a worker."""
    return read_own_calibration(_locked(session, calibration_id))


def unfinished_calibrations(session: Session) -> Sequence[UUID]:
    """Return those that a job must be working on."""
    fitting = OwnCalibrationRow.state == CalibrationState.FITTING
    return session.scalars(select(OwnCalibrationRow.id).where(fitting)).all()


def note_progress(session: Session, calibration_id: UUID, done: int, total: int) -> None:
    """Write down how far a fit is."""
    row = _locked(session, calibration_id)
    row.done, row.total = done, total
    session.flush()


def save_fit(session: Session, calibration_id: UUID, found: OwnFit, person_ids: Sequence[UUID]) -> None:
    """Keep what was fitted; people erased since are left out of the pairs."""
    row = _locked(session, calibration_id)
    if row.state != CalibrationState.FITTING:
        return
    row.calibration, row.people = to_json(found.calibration), found.people
    row.same_person_pairs, row.same_person_from = len(found.same_person), found.same_person_from
    row.held_out = [to_json(each) for each in found.held_out]
    row.state, row.ended_at, row.problem = str(CalibrationState.FITTED), now(), None
    session.flush()
    listed = found.same_person[: OWN_GALLERY.listed_pairs]
    concerned = {person_ids[place] for pair in listed for place in (pair.first, pair.second)}
    alive = set(
        session.scalars(
            select(PersonRow.id)
            .where(PersonRow.id.in_(concerned), PersonRow.erased_at.is_(None))
            .with_for_update(read=True, key_share=True)
        )
    )
    pairs = [(person_ids[pair.first], person_ids[pair.second], pair.score) for pair in listed]
    kept = [
        {"calibration_id": row.id, "first_id": one, "second_id": other, "score": score}
        for one, other, score in pairs
        if {one, other} <= alive
    ]
    if kept:
        session.execute(insert(SamePersonRow), kept)


def fail(session: Session, calibration_id: UUID, message: str) -> None:
    """Write down why a fit has ended without a result."""
    row = _locked(session, calibration_id)
    if row.state == CalibrationState.FITTING:
        row.state, row.ended_at = str(CalibrationState.FAILED), now()
        row.problem = check_text(message, "problem", 2000)
        session.flush()


def _row(session: Session, number: int) -> OwnCalibrationRow:
    row = session.scalar(
        select(OwnCalibrationRow).where(OwnCalibrationRow.number == number).with_for_update()
    )
    if row is None:
        raise CalibrationNotFound(f"There is no calibration {number} of the own gallery.")
    return row


def _locked(session: Session, calibration_id: UUID) -> OwnCalibrationRow:
    row = session.get(OwnCalibrationRow, calibration_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise CalibrationNotFound("There is no such calibration of the own gallery.")
    return row


def _active(session: Session, producer: str) -> OwnCalibrationRow | None:
    return session.scalar(
        select(OwnCalibrationRow).where(OwnCalibrationRow.producer == producer, OwnCalibrationRow.active)
    )


def _lock(session: Session) -> None:
    """Keep other acts on calibrations out until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(LOCKS.own_calibrations)))


def _require_all_states(officer: Officer) -> None:
    require(officer, Permission.MANAGE_TEMPLATES)
    if officer.state_code is not None:
        raise PartitionForbidden(
            f"Your account is bound to state {officer.state_code}: rates are stated to all states' officers."
            " Ask an administrator not bound to a state.",
            state_code=officer.state_code,
        )


def _note(
    session: Session,
    officer: Officer,
    action: str,
    row: OwnCalibrationRow,
    details: Mapping[str, Any] | None = None,
) -> None:
    said = {"number": row.number, "producer": row.producer, "people": row.people, **(details or {})}
    audit.append(session, officer, action, "own_calibration", row.id, details=said)
