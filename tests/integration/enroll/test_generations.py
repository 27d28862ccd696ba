"""Another face model beside the one in use: built by workers that are killed, switched to, retired."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from biometrics.fingerprint.exported import record_of
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.standards.minutiae_files import write_record
from biometrics.standards.minutiae_record import RecordFormat
from biometrics.template import Modality
from core.settings import Settings
from enroll import generations
from enroll.confirmation import decide
from enroll.content import SampleInput
from enroll.parts import WorkerParts
from enroll.rebuild import run_generation
from matcher.candidates import ChangeKind, SearchResult
from matcher.search import identify
from records import gallery_feed
from records import generations as steering
from records.access import Officer, PermissionMissing, Role
from records.database import Database
from records.enrolments import ConfirmationDecision, EnrolmentStatus
from records.erasure import erase_person
from records.generation_reading import failures_of, generation_for, list_generations, reach
from records.generation_values import (
    Generation,
    GenerationActive,
    GenerationBusy,
    GenerationNotMadeHere,
    GenerationState,
    GenerationUncalibrated,
    GenerationUnfinished,
    NothingToRebuild,
    NothingToRollBackTo,
)
from records.image_store import ImageStore
from records.tables import AuditRow, GenerationRow, SampleRow, TemplateRow
from tests.integration import own_model
from tests.integration.enroll.conftest import new_officer
from tests.integration.enroll.people import enrol, face, fingerprint
from tests.integration.enroll.worker_processes import Workers, until

PHOTOGRAPHS = 9
"""Of the first person: so many that a worker can be killed among them."""


@pytest.fixture(scope="module")
def service_settings(
    service_settings: Settings, models_ready: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The settings of an operator with a face model of their own, in this process and in workers."""
    with own_model.in_use_here(tmp_path_factory.mktemp("models"), models_ready) as directory:
        yield service_settings.model_copy(update={"models_dir": directory})


@pytest.fixture(scope="module")
def administrator(database: Database) -> Officer:
    return new_officer(database, "administrator", Role.ADMINISTRATOR, None)


@pytest.fixture(scope="module")
def supervisor(database: Database) -> Officer:
    return new_officer(database, "supervisor", Role.SUPERVISOR, None)


def photographs(name: str, count: int) -> list[SampleInput]:
    return [SampleInput(data, Modality.FACE, part="face") for data in own_model.variants(name, count)]


def another_systems(parts: WorkerParts, sample: SampleInput) -> SampleInput:
    """Return a print as the minutiae record that another system would send of it."""
    template = parts.engines.extract(sample.data, Modality.FINGER, dpi=500)
    content = FingerprintTemplate.from_bytes(template.payload)
    record = record_of(content, RecordFormat.ISO_2005, position=sample.position)
    return replace(sample, data=write_record(record))


def search(parts: WorkerParts, name: str, model: str | None = None) -> SearchResult:
    with parts.database.transaction() as session:
        parts.follower.catch_up(session)
    return identify(parts.gallery, [parts.engines.extract(face(name).data, Modality.FACE, model=model)])


def best(parts: WorkerParts, name: str, model: str | None = None) -> UUID:
    return search(parts, name, model).candidates[0].subject


def generation(parts: WorkerParts, administrator: Officer, generation_id: UUID) -> Generation:
    with parts.database.transaction() as session:
        return generation_for(session, administrator, generation_id)


def templates(parts: WorkerParts, producer: str, person_id: UUID | None = None) -> int:
    query = select(func.count()).select_from(TemplateRow).where(TemplateRow.producer == producer)
    if person_id is not None:
        query = query.where(TemplateRow.person_id == person_id)
    with parts.database.transaction() as session:
        return session.scalar(query) or 0


def switch(parts: WorkerParts, administrator: Officer, generation_id: UUID) -> Generation:
    return generations.switch(
        parts.database, parts.engines, parts.gallery.calibrations, administrator, generation_id
    )


def test_another_face_model_takes_over_and_nobody_is_missed(
    parts: WorkerParts,
    officer: Officer,
    administrator: Officer,
    supervisor: Officer,
    image_store: ImageStore,
    service_settings: Settings,
    worker: Workers,
) -> None:
    database, engines = parts.database, parts.engines
    obama = enrol(parts, officer, "obama", photographs("obama", PHOTOGRAPHS)).person_id
    astronaut = enrol(parts, officer, "astronaut", photographs("astronaut", 2)).person_id
    assert obama
    assert astronaut
    waiting = enrol(parts, officer, "who", [face("obama2")])
    assert waiting.status is EnrolmentStatus.AWAITING_CONFIRMATION
    with database.transaction() as session:
        lost = session.scalars(
            select(SampleRow).where(SampleRow.person_id == astronaut).order_by(SampleRow.id)
        ).first()
        assert lost
        image_store.delete(lost.object_key)
    old = engines.producer(Modality.FACE)

    with pytest.raises(PermissionMissing):
        generations.rebuild(database, engines, officer, Modality.FACE, own_model.NAME, 1)
    begun = generations.rebuild(database, engines, administrator, Modality.FACE, own_model.NAME, 1)
    assert (begun.state, begun.total) == (GenerationState.BUILDING, PHOTOGRAPHS + 3)
    with pytest.raises(GenerationBusy):
        generations.rebuild(database, engines, administrator, Modality.FACE, own_model.NAME, 1)

    doomed = worker.start()
    until(lambda: generation(parts, administrator, begun.id).done > 1, worker)
    doomed.kill()
    doomed.wait(30)
    halfway = generation(parts, administrator, begun.id)
    assert 1 < halfway.done < PHOTOGRAPHS
    assert halfway.state is GenerationState.BUILDING
    with pytest.raises(GenerationUncalibrated, match=r"calibration/face .*--embedder sface-int8"):
        switch(parts, administrator, begun.id)
    calibration = own_model.calibrate(service_settings.models_dir)
    with pytest.raises(GenerationUnfinished, match="Wait"):
        switch(parts, administrator, begun.id)

    # While it is built searches go to the old one, and who is enrolled gets templates of both.
    assert best(parts, "obama3") == obama
    assert search(parts, "obama3").references_searched == PHOTOGRAPHS + 2
    biden = enrol(parts, officer, "biden", [face("biden")]).person_id
    assert templates(parts, begun.producer, biden) == templates(parts, old, biden) == 1

    worker.start()
    until(lambda: generation(parts, administrator, begun.id).state is GenerationState.COMPLETE, worker)
    built = generation(parts, administrator, begun.id)
    assert (built.done, built.failed, built.left) == (PHOTOGRAPHS + 2, 1, 0)
    with database.transaction() as session:
        (failure,) = failures_of(session, administrator, begun.id).items
    assert (failure.sample_id, failure.person_id) == (lost.id, astronaut)
    assert (failure.code, failure.searchable) == ("image_missing", True)
    assert best(parts, "obama3") == best(parts, "obama3", own_model.NAME) == obama

    other = WorkerParts.open(service_settings)  # stands for another process
    try:
        assert other.engines.producer(Modality.FACE) == old
        switched = switch(parts, administrator, begun.id)
        assert switched.active
        until(lambda: other.engines.producer(Modality.FACE) == begun.producer, worker)
        assert [best(other, name) for name in ("obama3", "biden", "astronaut")] == [obama, biden, astronaut]
    finally:
        other.close()
    assert search(parts, "obama3").references_searched == PHOTOGRAPHS + 2

    # A decision about an enrolment that began before the switch links the templates of both, and what
    # one still lacks, as of a worker that did not know of the new one yet, is made up for.
    with database.transaction() as session:
        of_waiting = TemplateRow.sample_id.in_(waiting.sample_ids)
        session.execute(delete(TemplateRow).where(of_waiting, TemplateRow.producer == begun.producer))
    decide(
        database,
        parts.follower,
        officer,
        waiting.id,
        ConfirmationDecision.SAME_PERSON,
        obama,
        "the same man",
    )
    assert templates(parts, old, obama) == PHOTOGRAPHS + 1
    until(lambda: templates(parts, begun.producer, obama) == PHOTOGRAPHS + 1, worker)

    rates = calibration.read_text()
    calibration.unlink()
    rolled_back = generations.roll_back(
        database, engines, parts.gallery.calibrations, administrator, Modality.FACE
    )
    assert (rolled_back.producer, rolled_back.active) == (old, True)
    until(lambda: engines.producer(Modality.FACE) == old, worker)
    calibration.write_text(rates)
    switch(parts, administrator, begun.id)
    until(lambda: engines.producer(Modality.FACE) == begun.producer, worker)

    with database.transaction() as session:
        erased = erase_person(session, parts.store, supervisor, astronaut, "asked by the court")
    assert erased.templates == 3
    assert templates(parts, old, astronaut) == templates(parts, begun.producer, astronaut) == 0

    with pytest.raises(GenerationActive, match="active"):
        generations.retire(database, administrator, begun.id)
    with pytest.raises(GenerationActive, match="too fresh"):
        generations.retire(database, administrator, rolled_back.id)
    with database.transaction() as session:
        earlier = GenerationRow.activated_at - timedelta(minutes=5)
        session.execute(update(GenerationRow).values(activated_at=earlier))
    generations.retire(database, administrator, rolled_back.id)
    retired = (GenerationState.RETIRED, 0)
    until(
        lambda: (generation(parts, administrator, rolled_back.id).state, templates(parts, old)) == retired,
        worker,
    )
    assert best(parts, "obama3") == obama
    assert [shelf.references for shelf in parts.gallery.statistics().shelves if shelf.producer == old] == [0]
    with pytest.raises(NothingToRollBackTo):
        generations.roll_back(database, engines, parts.gallery.calibrations, administrator, Modality.FACE)
    heir = worker.started[-1]
    heir.send_signal(signal.SIGTERM)
    assert heir.wait(60) == 0


def test_prints_of_an_earlier_version_are_extracted_again(
    parts: WorkerParts, officer: Officer, administrator: Officer
) -> None:
    database, engines = parts.database, parts.engines
    person = enrol(parts, officer, "print", [fingerprint(70, 1)]).person_id
    enrol(parts, officer, "record", [another_systems(parts, fingerprint(71, 2))])
    earlier = "leader-1.2.7+mcc.00000000"
    with database.transaction() as session:
        prints = TemplateRow.modality == str(Modality.FINGER)
        form = func.regexp_replace(TemplateRow.producer, r"\+.*", "+mcc.00000000")
        session.execute(update(TemplateRow).where(prints).values(producer=form))
        ids = session.scalars(select(TemplateRow.id).where(prints)).all()
        gallery_feed.append(session, ChangeKind.ADD, ids)
    running = engines.made(Modality.FINGER)
    with database.transaction() as session:
        assert (reach(session, running).samples, reach(session, running).share) == (2, 0.0)

    begun = generations.rebuild(database, engines, administrator, Modality.FINGER, None, lanes=2)
    with database.transaction() as session:
        paused = steering.pause(session, administrator, begun.id)
    assert (paused.producer, paused.active, paused.total) == (running.producer, True, 2)
    for lane in range(2):
        run_generation(parts, begun.id, lane, None)
    assert generation(parts, administrator, begun.id).done == 0
    generations.resume(database, engines, administrator, begun.id)
    for lane in range(2):
        run_generation(parts, begun.id, lane, None)
    built = generation(parts, administrator, begun.id)
    assert (built.state, built.done) == (GenerationState.COMPLETE, 2)
    with database.transaction() as session:
        assert reach(session, running).share == 1.0
        parts.follower.catch_up(session)
    probe = engines.extract(fingerprint(70, 1, 1).data, Modality.FINGER, dpi=500)
    assert identify(parts.gallery, [probe]).candidates[0].subject == person
    with pytest.raises(NothingToRebuild):
        generations.rebuild(database, engines, administrator, Modality.FINGER, None, lanes=1)

    with database.transaction() as session:
        found = [each for each in list_generations(session, administrator) if each.producer == earlier]
    with pytest.raises(GenerationNotMadeHere):
        switch(parts, administrator, found[0].id)
    generations.retire(database, administrator, found[0].id)
    run_generation(parts, found[0].id, 0, None)
    with database.transaction() as session:
        left = session.scalars(select(TemplateRow.producer).where(prints).order_by(TemplateRow.id)).all()
    ours = running.producer.partition("+")[2]
    assert sorted(each.partition(":")[0] for each in left) == ["foreign", running.producer]
    assert {each.partition("+")[2] for each in left} == {ours}
    with database.transaction() as session:
        acts = [row.action for row in session.scalars(select(AuditRow).order_by(AuditRow.number))]
    assert acts[-5:] == [
        "templates.pause",
        "templates.resume",
        "templates.complete",
        "templates.retire",
        "templates.retired",
    ]
