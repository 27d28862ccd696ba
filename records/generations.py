"""What administrators do to template generations: begin, pause, resume, switch, roll back, retire."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from biometrics.template import Modality
from core.clock import now
from records import gallery_feed
from records.access import Officer, PartitionForbidden, Permission, require
from records.generation_rows import (
    active_row,
    adopt,
    excuse_lacking,
    lock,
    locked_row,
    note,
    row_of,
    set_state,
)
from records.generation_scope import count_lacking
from records.generation_values import (
    KEPT,
    Generation,
    GenerationActive,
    GenerationBusy,
    GenerationState,
    GenerationUnfinished,
    Made,
    NothingToRebuild,
    NothingToRollBackTo,
    read_generation,
)
from records.parameters import GENERATIONS
from records.tables import GenerationFailureRow, GenerationRow


def begin(session: Session, officer: Officer, target: Made, running: Made, lanes: int) -> Generation:
    """Begin, or begin again, to extract all kept samples for a generation; failed ones are tried again.

    The caller queues the jobs in the same transaction.

    Args:
        target: What shall be made.
        running: What probes of this modality are extracted with now.

    Raises:
        GenerationBusy: it is being built or deleted already.
        NothingToRebuild: every sample has its template.
    """
    _require_all_states(officer)
    lock(session)
    adopt(session, running)
    active = active_row(session, running.modality)
    if active is not None and active.producer == running.producer != target.producer:
        excuse_lacking(session, active)
    row = row_of(session, target)
    if row.state in (GenerationState.BUILDING, GenerationState.RETIRING):
        raise GenerationBusy(f"The templates of {target.producer} are {row.state} already.", state=row.state)
    session.execute(delete(GenerationFailureRow).where(GenerationFailureRow.generation_id == row.id))
    row.model, row.lanes, row.started_by = target.model, lanes, officer.account_id
    row.total = count_lacking(session, read_generation(row))
    if row.total == 0 and row.state == GenerationState.COMPLETE:
        raise NothingToRebuild(f"Every sample has a template of {target.producer}: nothing is to be done.")
    row.done, row.failed, row.worked_s, row.problem = 0, 0, 0.0, None
    set_state(session, row, GenerationState.BUILDING)
    note(session, officer, "templates.rebuild", row, {"samples": row.total})
    return read_generation(row)


def pause(session: Session, officer: Officer, generation_id: UUID) -> Generation:
    """Stop building after the samples in work; what was made stays."""
    row = _steered(session, officer, generation_id, (GenerationState.BUILDING,), "paused")
    set_state(session, row, GenerationState.PAUSED)
    note(session, officer, "templates.pause", row, {"done": row.done, "failed": row.failed})
    return read_generation(row)


def resume(session: Session, officer: Officer, generation_id: UUID) -> Generation:
    """Go on building; the caller queues the jobs in the same transaction."""
    states = (GenerationState.PAUSED, GenerationState.FAILED)
    row = _steered(session, officer, generation_id, states, "resumed")
    row.problem = None
    set_state(session, row, GenerationState.BUILDING)
    note(session, officer, "templates.resume", row, {"done": row.done, "failed": row.failed})
    return read_generation(row)


def switch(
    session: Session, officer: Officer, generation_id: UUID, action: str = "templates.switch"
) -> Generation:
    """Make a generation the active one: probes are extracted with its model from this commit on.

    The feed's lock keeps enrolments from being completed meanwhile, so that nobody is missed: those
    completed before are counted, those completed after see the switch.

    Raises:
        GenerationUnfinished: samples are left to extract; the message says what to do.
    """
    row = _steered(session, officer, generation_id, KEPT, "switched to")
    if row.active:
        raise GenerationActive("This generation is active already: nothing is to be done.")
    before = active_row(session, Modality(row.modality))
    if before is not None:
        locked_row(session, before.id)  # rows before the feed, as workers do
    _require_complete(session, row)
    if before is not None:
        before.active = False
        session.flush()
    row.active, row.activated_at = True, now()
    session.flush()
    failed = session.scalar(select(func.count()).where(GenerationFailureRow.generation_id == row.id))
    details = {"before": before.producer if before else None, "samples_without_template": failed}
    note(session, officer, action, row, details)
    return read_generation(row)


def previous(session: Session, officer: Officer, modality: Modality) -> Generation:
    """Return the generation that was active before and is still kept.

    Raises:
        NothingToRollBackTo: there is none.
    """
    require(officer, Permission.MANAGE_TEMPLATES)
    row = session.scalar(
        select(GenerationRow)
        .where(
            GenerationRow.modality == str(modality),
            GenerationRow.state.in_(KEPT),
            GenerationRow.activated_at.is_not(None),
            ~GenerationRow.active,
        )
        .order_by(GenerationRow.activated_at.desc())
        .limit(1)
    )
    if row is None:
        raise NothingToRollBackTo(
            f"No {modality} generation that was active before is kept: build the one you want."
        )
    return read_generation(row)


def retire(session: Session, officer: Officer, generation_id: UUID) -> Generation:
    """Give a generation up: it is built no further, and a job that the caller queues deletes its templates.

    Raises:
        GenerationActive: probes get it, or got it until a moment ago.
    """
    row = _steered(session, officer, generation_id, (*KEPT, GenerationState.RETIRED), "retired")
    if row.active:
        raise GenerationActive("This generation is active. Switch to another one first.")
    _require_settled(session, row)
    set_state(session, row, GenerationState.RETIRING)
    note(session, officer, "templates.retire", row)
    return read_generation(row)


def _steered(
    session: Session, officer: Officer, generation_id: UUID, states: Sequence[GenerationState], done: str
) -> GenerationRow:
    _require_all_states(officer)
    lock(session)
    row = locked_row(session, generation_id)
    if row.state not in states:
        raise GenerationBusy(f"This generation is {row.state} and cannot be {done}.", state=row.state)
    return row


def _require_all_states(officer: Officer) -> None:
    """A generation holds everybody's templates: an administrator of one state cannot decide about it."""
    require(officer, Permission.MANAGE_TEMPLATES)
    if officer.state_code is not None:
        raise PartitionForbidden(
            f"Your account is bound to state {officer.state_code}: templates are those of all states. Ask an"
            " administrator not bound to a state.",
            state_code=officer.state_code,
        )


def _require_complete(session: Session, row: GenerationRow) -> None:
    if row.state != GenerationState.COMPLETE:
        left = max(0, row.total - row.done - row.failed)
        mend = "Wait until it is complete." if row.state == GenerationState.BUILDING else "Resume it first."
        raise GenerationUnfinished(
            f"{left} of {row.total} samples are still to be extracted again. {mend}", left=left
        )
    # All are counted before the feed is held up, and then only those that can have come meanwhile.
    generation, since = read_generation(row), now() - timedelta(seconds=GENERATIONS.longest_commit_s)
    lacked = count_lacking(session, generation)
    if not lacked:
        gallery_feed.lock(session)
        lacked = count_lacking(session, generation, since)
    if lacked:
        raise GenerationUnfinished(
            f"{lacked} samples came since and are extracted now. Try again in a moment.", left=lacked
        )


def _require_settled(session: Session, row: GenerationRow) -> None:
    """Searches that began before the last switch may still need this generation."""
    active = active_row(session, Modality(row.modality))
    if active is None or active.activated_at is None or row.activated_at is None:
        return
    settled_at = active.activated_at + timedelta(seconds=GENERATIONS.settled_after_s)
    if now() < settled_at:
        raise GenerationActive(
            "The switch is too fresh: searches that began before it are still being answered. Retire this "
            f"generation after {settled_at:%H:%M:%S} UTC.",
            settled_at=settled_at.isoformat(),
        )
