"""Images are unreadable in the store, and only what was stored comes back."""

import pytest
from minio import Minio

from biometrics.template import Modality
from core.settings import Settings
from records.access import Role
from records.database import Database
from records.image_store import (
    ImageKeyInvalid,
    ImageMissing,
    ImageStore,
    ImageTampered,
    StoreUnavailable,
    new_image_key,
)
from records.samples import SampleNotFound, sample_image, stage_sample, store_sample
from tests.integration.records.people import officer

PLAIN = b"\xff\xd8 plain image bytes that must not be seen " * 40


@pytest.fixture
def bucket(service_settings: Settings) -> Minio:
    """The store as a thief of its disks or keys sees it."""
    return Minio(
        endpoint=service_settings.s3_endpoint,
        access_key=service_settings.s3_access_key.get_secret_value(),
        secret_key=service_settings.s3_secret_key.get_secret_value(),
        secure=False,
        region="us-east-1",
    )


def _raw(bucket: Minio, settings: Settings, key: str) -> bytes:
    response = bucket.get_object(bucket_name=settings.s3_bucket, object_name=key)
    try:
        return response.read()
    finally:
        response.close()
        response.release_conn()


def _overwrite(bucket: Minio, settings: Settings, key: str, data: bytes) -> None:
    import io

    bucket.put_object(
        bucket_name=settings.s3_bucket, object_name=key, data=io.BytesIO(data), length=len(data)
    )


def test_plain_bytes_are_not_in_the_store(
    image_store: ImageStore, bucket: Minio, service_settings: Settings
) -> None:
    image_store.put("a/plain", PLAIN)
    image_store.put("a/again", PLAIN)
    first, second = (_raw(bucket, service_settings, key) for key in ("a/plain", "a/again"))
    assert image_store.get("a/plain") == PLAIN
    assert PLAIN[:16] not in first
    assert first[40:] != second[40:]


@pytest.mark.parametrize("size", [0, 1, 6_000_000])
def test_any_size_comes_back(image_store: ImageStore, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    image_store.put("sizes", data[:size])
    assert image_store.get("sizes") == data[:size]


@pytest.mark.parametrize("at", [0, 5, 15, 60, -1])
def test_altered_object_is_refused(
    image_store: ImageStore, bucket: Minio, service_settings: Settings, at: int
) -> None:
    image_store.put("altered", PLAIN)
    data = bytearray(_raw(bucket, service_settings, "altered"))
    data[at] ^= 1
    _overwrite(bucket, service_settings, "altered", bytes(data))
    with pytest.raises(ImageTampered):
        image_store.get("altered")


@pytest.mark.parametrize("length", [0, 3, 11, 20, 30, 100])
def test_cut_object_is_refused(
    image_store: ImageStore, bucket: Minio, service_settings: Settings, length: int
) -> None:
    image_store.put("cut", PLAIN)
    _overwrite(bucket, service_settings, "cut", _raw(bucket, service_settings, "cut")[:length])
    with pytest.raises(ImageTampered):
        image_store.get("cut")


def test_object_under_another_key_is_refused(
    image_store: ImageStore, bucket: Minio, service_settings: Settings
) -> None:
    image_store.put("key/one", PLAIN)
    image_store.put("key/two", PLAIN)
    _overwrite(bucket, service_settings, "key/one", _raw(bucket, service_settings, "key/two"))
    with pytest.raises(ImageTampered):
        image_store.get("key/one")


def test_swapped_sample_is_refused(
    database: Database, image_store: ImageStore, bucket: Minio, service_settings: Settings
) -> None:
    with database.transaction() as s:
        by = officer(s)
        mine = store_sample(s, image_store, b"mine", Modality.FACE, officer=by)
        other = store_sample(s, image_store, b"other", Modality.FACE, officer=by)
    swapped = _raw(bucket, service_settings, f"samples/{other.id}")
    _overwrite(bucket, service_settings, f"samples/{mine.id}", swapped)
    with database.transaction() as s, pytest.raises(ImageTampered):
        sample_image(s, image_store, by, mine.id)


def test_other_bytes_under_the_right_key_are_refused(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        sample = store_sample(s, image_store, b"as sent", Modality.FACE, officer=by)
    image_store.put(f"samples/{sample.id}", b"something else")
    with database.transaction() as s, pytest.raises(ImageTampered):
        sample_image(s, image_store, by, sample.id)


def _with_keys(settings: Settings, keys: str) -> ImageStore:
    return ImageStore.from_settings(settings.model_copy(update={"image_key": type(settings.image_key)(keys)}))


def test_wrong_key_is_refused_and_a_former_key_still_reads(
    image_store: ImageStore, service_settings: Settings
) -> None:
    image_store.put("rotated", PLAIN)
    former, fresh = service_settings.image_key.get_secret_value(), new_image_key()
    with pytest.raises(ImageTampered):
        _with_keys(service_settings, fresh).get("rotated")
    both = _with_keys(service_settings, f"{fresh}, {former}")
    assert both.get("rotated") == PLAIN
    both.put("rotated", PLAIN)
    with pytest.raises(ImageTampered):
        image_store.get("rotated")


@pytest.mark.parametrize("key", ["", "not base64!", "c2hvcnQ=", " , "])
def test_unusable_key_is_said_at_start(service_settings: Settings, key: str) -> None:
    with pytest.raises(ImageKeyInvalid):
        _with_keys(service_settings, key)


def test_missing_object_and_missing_store_are_told_apart(image_store: ImageStore) -> None:
    with pytest.raises(ImageMissing):
        image_store.get("never/stored")
    image_store.delete("never/stored")
    nowhere = ImageStore("127.0.0.1:9", "a", "b", "none", new_image_key())
    for attempt in (
        lambda: nowhere.get("a"),
        lambda: nowhere.put("a", b""),
        nowhere.check,
        lambda: list(nowhere.keys()),
    ):
        with pytest.raises(StoreUnavailable):
            attempt()


def test_acknowledged_before_the_row_exists_nothing_is_readable(
    database: Database, image_store: ImageStore
) -> None:
    staged = stage_sample(image_store, PLAIN, Modality.FACE)
    with database.transaction() as s, pytest.raises(SampleNotFound):
        sample_image(s, image_store, officer(s, Role.SUPERVISOR, state=None), staged.id)
