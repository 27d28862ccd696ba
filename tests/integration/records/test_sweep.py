"""The sweep removes what no row names, keeps what is young or named, and reports what is lost."""

from datetime import timedelta

import pytest

from biometrics.template import Modality
from records.database import Database
from records.image_store import ImageStore
from records.samples import SampleRole, add_sample, stage_sample
from records.sweep import sweep_orphans
from tests.integration.records.people import officer

AT_ONCE = timedelta(0)


def test_orphans_go_and_named_objects_stay(database: Database, image_store: ImageStore) -> None:
    orphan = stage_sample(image_store, b"orphan", Modality.FACE, thumbnail=b"small")
    named = stage_sample(image_store, b"named", Modality.FACE, thumbnail=b"small")
    with database.transaction() as s:
        add_sample(s, named, SampleRole.PROBE, officer(s))
    assert sweep_orphans(database, image_store).orphans_removed == 0
    report = sweep_orphans(database, image_store, AT_ONCE)
    assert report.orphans_removed == 2
    assert report.missing == ()
    assert [image_store.exists(key) for key in (orphan.object_key, named.object_key)] == [False, True]
    assert image_store.exists(f"thumbnails/{named.id}")


@pytest.mark.parametrize("place", [0, 3, 6])
def test_row_without_object_is_reported(database: Database, image_store: ImageStore, place: int) -> None:
    staged = [stage_sample(image_store, b"image", Modality.FACE) for _ in range(7)]
    with database.transaction() as s:
        by = officer(s)
        for sample in staged:
            add_sample(s, sample, SampleRole.PROBE, by)
    image_store.delete(staged[place].object_key)
    assert sweep_orphans(database, image_store, AT_ONCE).missing == (staged[place].id,)
    image_store.put(staged[place].object_key, b"image")
    assert sweep_orphans(database, image_store, AT_ONCE).missing == ()
