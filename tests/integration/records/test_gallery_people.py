"""For a calibration one face of each person is drawn, of all states, no child's and no training record's."""

from records.database import Database
from records.gallery_people import draw_people
from records.image_store import ImageStore
from tests.integration.records.people import PRODUCER, arrest, details, enrolled, officer


def test_one_face_of_each_grown_up_of_any_state(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as session:
        assert draw_people(session, PRODUCER).person_ids == ()
        clerk, other = officer(session), officer(session, state="33", station="3301")
        twice, _, _ = enrolled(session, image_store, clerk, images=(b"one", b"two"))
        elsewhere, _, _ = enrolled(session, image_store, other, encounter=arrest("33"), seed=7)
        enrolled(session, image_store, clerk, person=details(child_in_conflict=True, birth_year=2012))
        enrolled(session, image_store, clerk, person=details(training=True))
    with database.transaction() as session:
        drawn = draw_people(session, PRODUCER)
        assert draw_people(session, "another-model-1").person_ids == ()
    assert set(drawn.person_ids) == {twice.id, elsewhere.id}
    assert len(drawn.person_ids) == len(set(drawn.payloads)) == 2
