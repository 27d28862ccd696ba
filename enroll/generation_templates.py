"""Makes templates of kept samples for another generation than the one their enrolment was made with."""

import time
from collections.abc import Sequence
from uuid import UUID

from biometrics.template import Template
from core.errors import NishanError, Unavailable
from core.logging import get_logger
from enroll.engines import Engines
from enroll.parts import WorkerParts
from enroll.queue import defer_generation
from records.database import Session
from records.generation_reading import kept_generations
from records.generation_scope import lacking_of
from records.generation_values import Generation, GenerationNotMadeHere
from records.generation_work import save_failure, save_rebuilt
from records.samples import SampleNotFound, sample_bytes, samples_by_id, samples_of_enrolment

_LOG = get_logger(__name__)

_FAULT = "A fault in the service stopped the extraction of this sample; it is in the log."


def require_made_here(engines: Engines, generation: Generation) -> str:
    """Return the model of a generation, having seen that it makes such templates on this machine.

    Raises:
        GenerationNotMadeHere: the model's file or this version's parameters have changed since.
        Unavailable: the model's file is not here.
    """
    if generation.model is not None:
        made = engines.made(generation.modality, generation.model)
        if made.producer == generation.producer:
            return generation.model
    raise GenerationNotMadeHere(
        f"This version does not make templates of {generation.producer}: begin a new generation with `nishan"
        f" templates rebuild {generation.modality}`."
    )


def rebuild_sample(
    parts: WorkerParts, generation: Generation, model: str, sample_id: UUID, *, counted: bool = True
) -> bool:
    """Extract one kept sample with a generation's model, and keep its template or why there is none.

    Args:
        counted: Whether this is part of the rebuild whose progress people watch.

    Raises:
        Unavailable: a part is down; nothing is lost, try again.
    """
    started = time.monotonic()
    template, code, message = None, "", ""
    try:
        template = _template(parts, model, sample_id)
    except SampleNotFound:
        return False  # erased since
    except Unavailable:
        raise
    except NishanError as problem:
        code, message = problem.code, problem.message
    except Exception:  # one sample must not stop the job, whatever an engine stumbles over
        _LOG.exception("sample not extracted", sample=str(sample_id), generation=str(generation.id))
        code, message = "defect", _FAULT
    worked_s = time.monotonic() - started if counted else None
    with parts.database.transaction() as session:
        if template is None:
            return save_failure(session, generation.id, sample_id, code, message, worked_s)
        return save_rebuilt(session, generation.id, sample_id, template, worked_s)


def also_for_generations(parts: WorkerParts, enrolment_id: UUID) -> None:
    """Give the samples of an enrolment a template of every kept generation that lacks one.

    So nobody who is enrolled while a generation is built, or before an earlier one is retired, is
    missed after a switch or a rollback.
    """
    with parts.database.transaction() as session:
        kept = kept_generations(session)
        samples = [sample.id for sample in samples_of_enrolment(session, enrolment_id)] if kept else []
        wanted = [(each, lacked) for each in kept for lacked in lacking_of(session, each, samples)]
    for generation, sample_id in wanted:
        try:
            rebuild_sample(
                parts, generation, require_made_here(parts.engines, generation), sample_id, counted=False
            )
        except (GenerationNotMadeHere, Unavailable) as problem:
            # The enrolment goes on; what is lacking is counted and made before any switch.
            _LOG.warning("generation left out", generation=str(generation.id), code=problem.code)


def owe_generations(session: Session, sample_ids: Sequence[UUID]) -> None:
    """Queue what kept generations still lack of samples that become a person's with this transaction."""
    for generation in kept_generations(session):
        if lacking_of(session, generation, sample_ids):
            defer_generation(session, generation)


def _template(parts: WorkerParts, model: str, sample_id: UUID) -> Template:
    with parts.database.transaction() as session:
        found = samples_by_id(session, [sample_id])
        if not found:
            raise SampleNotFound("There is no such image.")
        data = sample_bytes(session, parts.store, sample_id)
    sample = found[0]
    return parts.engines.extract_sample(sample, data, model)
