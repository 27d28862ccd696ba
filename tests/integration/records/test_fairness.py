"""Faces are drawn one for each person, from the officer's partition alone, without children."""

import pytest

from records.access import PermissionMissing, Role
from records.audit import AuditFilters, page
from records.database import Database
from records.fairness import draw_faces, note_report
from records.image_store import ImageStore
from records.persons import Sex
from tests.integration.records.people import arrest, details, enrolled, officer


def test_one_face_of_each_person_of_the_partition(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as session:
        auditor = officer(session, Role.AUDITOR, None, None)
        bound = officer(session, Role.AUDITOR, "33", None)
        before, training_before = draw_faces(session, auditor), draw_faces(session, auditor, training=True)
        clerk, other = officer(session), officer(session, state="33", station="3301")
        enrolled(
            session,
            image_store,
            clerk,
            images=(b"one", b"two"),
            person=details(sex=Sex.FEMALE, birth_year=2000),
        )
        enrolled(session, image_store, other, encounter=arrest("33"), person=details(birth_year=None))
        enrolled(session, image_store, clerk, person=details(child_in_conflict=True, birth_year=2012))
        enrolled(session, image_store, clerk, person=details(training=True))
    with database.transaction() as session:
        every, of_state = draw_faces(session, auditor), draw_faces(session, bound)
        training = draw_faces(session, auditor, training=True)
    assert len(every.payloads) == len(before.payloads) + 2
    assert every.whole
    assert every.people_estimated == len(every.payloads)
    assert set(of_state.labels["state"]) == {"33"}
    assert "unknown" in of_state.labels["age"]
    assert "female" in every.labels["sex"]
    assert len(training.payloads) == len(training_before.payloads) + 1


def test_only_auditors_and_administrators_may_and_the_audit_says_so(database: Database) -> None:
    with database.transaction() as session:
        auditor, administrator = officer(session, Role.AUDITOR), officer(session, Role.ADMINISTRATOR)
        draw_faces(session, administrator)
        for role in (Role.STATION, Role.INVESTIGATOR, Role.EXAMINER, Role.SUPERVISOR):
            with pytest.raises(PermissionMissing):
                draw_faces(session, officer(session, role))
        note_report(session, auditor, {"people_compared": 0})
    with database.transaction() as session:
        (row,) = page(session, auditor, AuditFilters(account_id=auditor.account_id)).items
    assert (row.action, row.details) == ("report.fairness", {"people_compared": 0})
