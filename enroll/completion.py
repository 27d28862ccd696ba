"""The last transaction of an enrolment: person, encounter, templates, feed and outcome, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from enroll.duplicates import Duplicate, DuplicateSearch, best, search_duplicates
from enroll.extraction import Extracted
from enroll.generation_templates import owe_generations
from enroll.placement import placement_problems
from enroll.staged import staged_record
from records import enrolments, gallery_feed
from records.access import Officer
from records.database import Session
from records.encounters import add_encounter
from records.enrolments import Enrolment, EnrolmentStatus
from records.following import Following
from records.persons import add_names, create_person
from records.templates import link_to_person


def complete_as_new(
    session: Session,
    follower: Following,
    enrolment: Enrolment,
    officer: Officer,
    probe: Extracted,
    first: DuplicateSearch,
    dismissed: frozenset[UUID] = frozenset(),
) -> tuple[Duplicate, ...]:
    """Record a new person, unless somebody alike was enrolled since the first search.

    The feed's lock makes completions take turns: whoever holds it sees, through the gallery
    brought up to date, everybody completed before, and nobody else can complete until this
    transaction ends. Two simultaneous enrolments of one person therefore never both become new.

    Args:
        enrolment: Locked in this session.
        dismissed: People of whom a person has decided that they are somebody else.

    Returns:
        Those found since the first search; when there are any, nothing was recorded.
    """
    record = staged_record(enrolment)
    # The number's row is locked before the feed, as in every transaction that takes both.
    savepoint = session.begin_nested()
    person = create_person(session, record.person, enrolment.state_code)
    gallery_feed.lock(session)
    follower.catch_up(session)
    later = search_duplicates(
        follower.gallery,
        probe.templates,
        training=record.training,
        added_after=first.position,
    )
    newcomers = tuple(item for item in later.duplicates if item.subject not in dismissed)
    if newcomers:
        savepoint.rollback()
        return newcomers
    savepoint.commit()
    _link(session, enrolment, officer, person.id, probe)
    return ()


def complete_as_known(
    session: Session, enrolment: Enrolment, officer: Officer, person_id: UUID, probe: Extracted
) -> Enrolment:
    """Record the encounter and the samples with a person already known; new names become aliases."""
    add_names(session, person_id, staged_record(enrolment).person.names)
    return _link(session, enrolment, officer, person_id, probe)


def await_confirmation(
    session: Session,
    enrolment: Enrolment,
    probe: Extracted,
    duplicates: Sequence[Duplicate],
    keep: Sequence[Mapping[str, Any]] = (),
) -> Enrolment:
    """Keep the enrolment until a person has looked at those who may be the same.

    Args:
        keep: Those proposed before, who stay on the list.
    """
    chosen = best(duplicates)
    problems = [*probe.problems, *placement_problems(chosen, probe.samples)]
    return enrolments.save_outcome(
        session,
        enrolment.id,
        EnrolmentStatus.AWAITING_CONFIRMATION,
        problems=[*enrolment.problems, *(problem.as_dict() for problem in problems)],
        duplicates=[
            *keep,
            *(item.as_dict(rank, probe.samples) for rank, item in enumerate(chosen, start=len(keep) + 1)),
        ],
    )


def _link(
    session: Session, enrolment: Enrolment, officer: Officer, person_id: UUID, probe: Extracted
) -> Enrolment:
    encounter = add_encounter(session, person_id, staged_record(enrolment).encounter, officer)
    link_to_person(session, enrolment.sample_ids, person_id, encounter.id)
    owe_generations(session, enrolment.sample_ids)
    return enrolments.save_outcome(
        session,
        enrolment.id,
        EnrolmentStatus.COMPLETE,
        problems=[*enrolment.problems, *(problem.as_dict() for problem in probe.problems)],
        duplicates=enrolment.duplicates,
        person_id=person_id,
        encounter_id=encounter.id,
    )
