"""An administrator's acts on template generations, with the checks that need models and false-match rates."""

from uuid import UUID

from biometrics.template import Modality
from core.errors import Defect
from enroll.engines import Engines
from enroll.generation_templates import require_made_here
from enroll.queue import defer_generation
from matcher.calibration import CalibrationSource
from records import generations
from records.access import Officer, Permission, require
from records.database import Database, Session
from records.generation_reading import generation_for
from records.generation_values import (
    Generation,
    GenerationState,
    GenerationUncalibrated,
    GenerationUnfinished,
)


def rebuild(
    database: Database, engines: Engines, officer: Officer, modality: Modality, model: str | None, lanes: int
) -> Generation:
    """Begin to extract all kept samples of a modality again, and queue the jobs that do it.

    Args:
        model: Of the manifest; None for the one in use, whose parameters have changed.
        lanes: How many of the workers' threads may do it at once.

    Raises:
        ModelUnknown, ManifestInvalid, Unavailable: there is no such model here, or it cannot be opened.
        GenerationBusy, NothingToRebuild: see `records.generations.begin`.
    """
    require(officer, Permission.MANAGE_TEMPLATES)
    running = engines.made(modality)
    target = engines.made(modality, model)
    with database.transaction() as session:
        generation = generations.begin(session, officer, target, running, lanes)
        defer_generation(session, generation)
    return generation


def resume(database: Database, engines: Engines, officer: Officer, generation_id: UUID) -> Generation:
    """Go on building a generation that was paused or has failed."""
    with database.transaction() as session:
        require_made_here(engines, generation_for(session, officer, generation_id))
    with database.transaction() as session:
        generation = generations.resume(session, officer, generation_id)
        defer_generation(session, generation)
    return generation


def switch(
    database: Database,
    engines: Engines,
    calibrations: CalibrationSource,
    officer: Officer,
    generation_id: UUID,
    action: str = "templates.switch",
) -> Generation:
    """Make a generation the active one in every process, without a restart.

    Raises:
        GenerationNotMadeHere, GenerationUncalibrated, GenerationUnfinished: the message says what to do.
    """
    with database.transaction() as session:
        generation = generation_for(session, officer, generation_id)
    model = require_made_here(engines, generation)
    _require_calibrated(generation, model, calibrations)
    try:
        with database.transaction() as session:
            return generations.switch(session, officer, generation_id, action)
    except GenerationUnfinished:
        with database.transaction() as session:
            _catch_up(session, officer, generation_id)
        raise


def roll_back(
    database: Database,
    engines: Engines,
    calibrations: CalibrationSource,
    officer: Officer,
    modality: Modality,
) -> Generation:
    """Switch back to the generation that was active before.

    Raises:
        NothingToRollBackTo: it was retired, or there was none.
    """
    with database.transaction() as session:
        before = generations.previous(session, officer, modality)
    return switch(database, engines, calibrations, officer, before.id, "templates.rollback")


def retire(database: Database, officer: Officer, generation_id: UUID) -> Generation:
    """Give a generation up and queue the deletion of its templates."""
    with database.transaction() as session:
        generation = generations.retire(session, officer, generation_id)
        defer_generation(session, generation)
    return generation


def _require_calibrated(generation: Generation, model: str, calibrations: CalibrationSource) -> None:
    try:
        calibrations(generation.modality, generation.producer)
    except Defect as problem:
        package = "face" if generation.modality is Modality.FACE else "fingerprint"
        named = f" --embedder {model}" if generation.modality is Modality.FACE else ""
        face = generation.modality is Modality.FACE
        own = f" Or fit them here: `nishan calibration fit --producer {generation.producer}`." if face else ""
        raise GenerationUncalibrated(
            f"No false-match rates are known for {generation.producer}, so its scores would mean nothing. Fit"
            f" them with `python -m benchmarks.run calibration/{package} --data FOLDER{named} --out"
            f" MODELS/calibrations/{model}.json`, MODELS being the models directory, and switch again.{own}",
            producer=generation.producer,
        ) from problem


def _catch_up(session: Session, officer: Officer, generation_id: UUID) -> None:
    """Queue what came since a complete generation was built."""
    generation = generation_for(session, officer, generation_id)
    if generation.state is GenerationState.COMPLETE:
        defer_generation(session, generation)
