"""The embedded S3 server: on loopback, closed to strangers, and no written object is lost by a kill."""

import io
import os
import signal
import stat
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from minio import Minio
from minio.error import S3Error

from nishan.embedded.object_store import EmbeddedObjectStore


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedObjectStore]:
    place = tmp_path_factory.mktemp("store")
    started = EmbeddedObjectStore(place / "objects", place / "objects.log")
    started.start()
    yield started
    started.stop()


def _client(server: EmbeddedObjectStore, secret_key: str | None = None) -> Minio:
    return Minio(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=secret_key or server.secret_key,
        secure=False,
        region="us-east-1",
    )


def test_written_objects_survive_kill_9(server: EmbeddedObjectStore) -> None:
    client = _client(server)
    client.make_bucket(bucket_name="kept")
    for number in range(20):
        client.put_object(bucket_name="kept", object_name=str(number), data=io.BytesIO(b"image"), length=5)
    endpoint = server.endpoint
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)

    server.start()

    assert server.endpoint == endpoint
    for number in range(20):
        assert client.get_object(bucket_name="kept", object_name=str(number)).data == b"image"


def test_a_wrong_secret_is_refused(server: EmbeddedObjectStore) -> None:
    with pytest.raises(S3Error) as refused:
        _client(server, "guess").list_buckets()
    assert refused.value.code == "SignatureDoesNotMatch"


def test_only_loopback_addresses_are_listened_on(server: EmbeddedObjectStore) -> None:
    listening = subprocess.run(["ss", "-ltnp"], check=True, capture_output=True, text=True).stdout
    addresses = {
        line.split()[3].rsplit(":", 1)[0] for line in listening.splitlines() if f"pid={server.pid}," in line
    }
    assert addresses == {"127.0.0.1"}


def test_files_cannot_be_read_past_the_s3_interface(server: EmbeddedObjectStore) -> None:
    filer = f"http://127.0.0.1:{server.port_of('filer.port')}/buckets/"
    assert httpx.get(filer, trust_env=False).status_code == 401


def test_directory_and_keys_are_owner_only(server: EmbeddedObjectStore) -> None:
    assert stat.S_IMODE(server.directory.stat().st_mode) == 0o700
    for name in ("access_key", "secret_key", "signing_key", "identities.json"):
        assert stat.S_IMODE((server.directory / name).stat().st_mode) == 0o600
