"""The templates: do searches reach everybody, and what do the settings name beside what is in use?"""

from collections.abc import Iterator
from functools import partial

from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import producer_name
from biometrics.template import Modality
from core.settings import Settings
from enroll.engines import model_of_settings
from models.registry import model, of_task
from nishan.examination.check import Check, Unwell, looked_at
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
    finally:
        database.dispose()


def _templates(database: Database, settings: Settings, modality: Modality) -> str:
    with database.snapshot() as session:
        active = active_generation(session, modality)
        working = [each for each in unfinished_generations(session) if each.modality is modality]
        named = model_of_settings(settings, modality)
        made = _made(settings, modality, (active and active.model) or named)
        found = reach(session, made)
    said = [f"{found.searchable} of {found.samples} samples are reached by {found.model} ({found.producer})"]
    said += [_at_work(each) for each in working]
    if active is not None and active.model not in (None, named):
        said.append(f"the settings name {named}, which counts in an installation without a switch only")
    if found.share < 1 and not any(each.producer == found.producer for each in working):
        raise Unwell(f"{'; '.join(said)}. Searches miss the others.")
    return "; ".join(said)


def _at_work(generation: Generation) -> str:
    name = generation.model or generation.producer
    return f"{name} is {generation.state}: {generation.done + generation.failed} of {generation.total}"


def _made(settings: Settings, modality: Modality, name: str) -> Made:
    if modality is Modality.FACE:
        producer = FaceExtractor.producer_of(settings.face_detector, name, settings.models_dir)
    else:
        producer = producer_name(of_task(model(name, settings.models_dir), "minutiae_extraction"))
    return Made(modality, name, producer)
