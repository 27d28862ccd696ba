"""Fits false-match rates on the own gallery: begun by an administrator, done by a worker."""

import time
from uuid import UUID

from biometrics.template import Modality
from core.logging import get_logger
from enroll.engines import Engines
from enroll.parts import WorkerParts
from enroll.queue import defer_calibration
from matcher.own_gallery import TooFewPeople, fit
from records import own_calibrations
from records.access import Officer, Permission, require
from records.calibration_values import CalibrationState, OwnCalibration
from records.database import Database
from records.gallery_people import draw_people
from records.generation_reading import active_generation

_LOG = get_logger(__name__)

_TOLD_EVERY_S = 0.5


def producer_in_use(database: Database, engines: Engines) -> str:
    """Return the producer of the faces that probes get now."""
    with database.transaction() as session:
        active = active_generation(session, Modality.FACE)
    return active.producer if active else engines.producer(Modality.FACE)


def begin(database: Database, engines: Engines, officer: Officer, producer: str | None) -> OwnCalibration:
    """Begin to fit rates on the gallery's faces of a producer, and queue the job that does it.

    Args:
        producer: None for the one that probes get now.

    Raises:
        CalibrationBusy: one of this producer is being fitted.
    """
    require(officer, Permission.MANAGE_TEMPLATES)
    chosen = producer or producer_in_use(database, engines)
    with database.transaction() as session:
        begun = own_calibrations.begin(session, officer, chosen)
        defer_calibration(session, begun.id)
    return begun


def run_calibration(parts: WorkerParts, calibration_id: UUID) -> None:
    """Draw people, fit, and keep what was found. A worker that is killed loses seconds of work."""
    with parts.database.transaction() as session:
        calibration = own_calibrations.own_calibration(session, calibration_id)
    if calibration.state is not CalibrationState.FITTING:
        return
    with parts.database.snapshot() as session:
        drawn = draw_people(session, calibration.producer)
    told_at = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _TOLD_EVERY_S:
            told_at = time.monotonic()
            with parts.database.transaction() as session:
                own_calibrations.note_progress(session, calibration_id, done, total)

    try:
        found = fit(drawn.payloads, calibration.producer, calibration.population, tell)
    except TooFewPeople as problem:
        give_up_calibration(parts.database, calibration_id, problem.message)
        return
    with parts.database.transaction() as session:
        own_calibrations.save_fit(session, calibration_id, found, drawn.person_ids)
    _LOG.info("calibration fitted", number=calibration.number, people=found.people)


def give_up_calibration(database: Database, calibration_id: UUID, message: str) -> None:
    """End a fit whose job will not be tried again."""
    with database.transaction() as session:
        own_calibrations.fail(session, calibration_id, message)
