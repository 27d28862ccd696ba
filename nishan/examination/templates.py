"""The templates: do searches reach everybody, whose rates are stated, what do the settings name beside?"""

from collections.abc import Iterator
from functools import partial

from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import producer_name
from biometrics.template import Modality
from core.settings import Settings
from enroll.engines import model_of_settings
from matcher.populations import statement
from models.registry import model, of_task
from nishan.examination.check import Check, Unwell, looked_at
from records.active_calibrations import ActiveCalibrations
from records.database import Database
from records.generation_reading import active_generation, reach, unfinished_generations
from records.generation_values import Generation, Made


def examine_templates(settings: Settings) -> Iterator[Check]:
    """Yield a check for each modality."""
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        for modality in Modality:
            yield looked_at(
                f"templates {modality}",
                f"Run: nishan templates rebuild {modality} (docs/operations.md, Another model)",
                partial(_templates, database, settings, modality),
            )
            yield looked_at(
                f"rates {modality}",
                "Without them every search is refused. Measure them as said, or those of faces on the people"
                " enrolled: `nishan calibration fit` (docs/operations.md, Rates of the own gallery).",
                partial(_rates, database, settings, modality),
            )
    finally:
        database.dispose()


def _templates(database: Database, settings: Settings, modality: Modality) -> str:
    with database.snapshot() as session:
        active = active_generation(session, modality)
        working = [each for each in unfinished_generations(session) if each.modality is modality]
        named = model_of_settings(settings, modality)
        found = reach(session, _in_use(settings, modality, active))
    said = [f"{found.searchable} of {found.samples} samples are reached by {found.model} ({found.producer})"]
    said += [_at_work(each) for each in working]
    if active is not None and active.model not in (None, named):
        said.append(f"the settings name {named}, which counts in an installation without a switch only")
    if found.share < 1 and not any(each.producer == found.producer for each in working):
        raise Unwell(f"{'; '.join(said)}. Searches miss the others.")
    return "; ".join(said)


def _rates(database: Database, settings: Settings, modality: Modality) -> str:
    """Say whose false-match rates answers state."""
    with database.snapshot() as session:
        made = _in_use(settings, modality, active_generation(session, modality))
    calibrations = ActiveCalibrations(database)
    calibrations.refresh()
    calibration = calibrations(modality, made.producer)
    said = f"measured on {calibration.comparisons:,} comparisons of different people"
    return f"{said}. {statement(calibration.population)}" if calibration.population else said


def _at_work(generation: Generation) -> str:
    name = generation.model or generation.producer
    return f"{name} is {generation.state}: {generation.done + generation.failed} of {generation.total}"


def _in_use(settings: Settings, modality: Modality, active: Generation | None) -> Made:
    """Return whose templates searches use: those of the switch, without one those of the settings."""
    name = (active and active.model) or model_of_settings(settings, modality)
    if modality is Modality.FACE:
        producer = FaceExtractor.producer_of(settings.face_detector, name, settings.models_dir)
    else:
        producer = producer_name(of_task(model(name, settings.models_dir), "minutiae_extraction"))
    return Made(modality, name, producer)
