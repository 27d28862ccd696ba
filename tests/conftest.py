"""Real parts for every test that asks: PostgreSQL, an S3 server, the models, and the whole service.

Each test process (each xdist worker) starts servers of its own, on free ports, the first time a test
asks; they end with it. A database is cloned from a migrated template per module, and the whole service
is started for each module that asks, so modules never see each other's rows.
"""

import base64
import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from core.settings import Settings
from nishan.embedded.object_store import EmbeddedObjectStore
from nishan.embedded.postgres import EmbeddedPostgres

if TYPE_CHECKING:  # a unit test that needs no server must not pay for the imports of one
    from nishan.running_service import RunningService
    from records.database import Database
    from records.image_store import ImageStore

REPOSITORY = Path(__file__).resolve().parent.parent
MODELS = Path(os.environ.get("NISHAN_MODELS_DIR", REPOSITORY / "models" / "weights"))
_TEMPLATE = "nishan_template"
_CONSOLE = "tests/journey/console"
"""Its tests share one service with people in it and one browser: all of them run in one test process."""

_LONGEST = (
    _CONSOLE,
    "tests/integration/cluster/test_cluster.py",
    "tests/integration/launch/test_up.py",
    "tests/journey/test_kill_anything.py",
    "tests/journey/test_backup.py",
    "tests/journey/test_demonstration.py",
    "tests/integration/enroll/test_generations.py",
    "tests/integration/launch/test_commands.py",
    "tests/integration/enroll/test_worker.py",
)
"""What takes a minute and more: begun first, none of it is left to one process at the end."""
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; all others keep their order."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(_kept_together(item.nodeid), len(places)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give each file, and the console's files together, to one test process."""
    return _KeptTogether(config, log)


class _KeptTogether(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _kept_together(nodeid)


def _kept_together(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return _CONSOLE if file.startswith(f"{_CONSOLE}/") else file


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running embedded PostgreSQL of this test process."""
    place = tmp_path_factory.mktemp("postgres")
    server = EmbeddedPostgres(place / "postgres", place / "postgres.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: EmbeddedPostgres) -> str:
    """The address of the server's own database `postgres`, as its superuser."""
    return postgres_server.url_of("postgres")


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that others are cloned from."""
    from records.database import migrate

    postgres_server.create_database(_TEMPLATE)
    migrate(postgres_server.url_of(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="module")
def database_url(postgres_server: EmbeddedPostgres, template_database: str) -> str:
    """The address of a fresh migrated database of this test module."""
    name = f"module_{next(_numbers)}"
    postgres_server.create_database(name, template=template_database)
    return postgres_server.url_of(name)


@pytest.fixture(scope="module")
def database(database_url: str) -> "Iterator[Database]":
    """The opened fresh database of this test module."""
    from records.database import Database

    opened = Database(database_url, 5)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedObjectStore]:
    """A running embedded S3 server of this test process."""
    place = tmp_path_factory.mktemp("object_store")
    server = EmbeddedObjectStore(place / "objects", place / "object_store.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def models_ready() -> Path:
    """The folder with the fetched and verified models."""
    from models.fetch import fetch
    from models.registry import all_models

    for entry in all_models():
        fetch(entry, MODELS)
    return MODELS


@pytest.fixture(scope="module")
def service_settings(
    database_url: str, object_store: EmbeddedObjectStore, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings naming the fresh database, a bucket of this module, a fresh image key and the models."""
    return Settings.model_validate(
        {
            "data_dir": tmp_path_factory.mktemp("data"),
            "models_dir": MODELS,
            "database_url": database_url,
            "s3_endpoint": object_store.endpoint,
            "s3_access_key": object_store.access_key,
            "s3_secret_key": object_store.secret_key,
            "s3_bucket": f"module-{next(_numbers)}",
            "image_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "demo": False,
        }
    )


@pytest.fixture(scope="module")
def image_store(service_settings: Settings) -> "ImageStore":
    """An opened image store in a bucket of this test module."""
    from records.image_store import ImageStore

    store = ImageStore.from_settings(service_settings)
    store.ensure_bucket()
    return store


@pytest.fixture(scope="module")
def service(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[RunningService]":
    """A full `nishan up` of this test module, without the demonstration gallery: it knows nobody else."""
    from nishan.running_service import RunningService

    running = RunningService.start(tmp_path_factory.mktemp("service"), models_ready)
    yield running
    running.stop()
