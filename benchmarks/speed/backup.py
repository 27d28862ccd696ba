"""How fast are a first backup, one brought up to date, and a restore, with servers on this machine's disk?"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.stored_people import empty_database, store_people
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from core.settings import Settings
from nishan.embedded.object_store import EmbeddedObjectStore
from records.backup.manifest import read_manifest
from records.backup.places import DirectoryPlace
from records.backup.restoring import OpenedBackup, restore_backup
from records.backup.taking import take_backup
from records.database import Database
from records.image_store import ImageStore, new_image_key

FACE_BYTES, FINGER_BYTES, THUMBNAIL_BYTES = 200_000, 70_000, 8_000
"""Of an image; about what benchmarks/results/scale_item_costs.json has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--people", type=int, default=100, help="with two faces and ten fingers each")
    parser.add_argument("--new", type=int, default=5, help="people that come before the backup is updated")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill an installation, back it up into a directory, bring that up to date, restore it over itself."""
    keys = new_image_key()
    with tempfile.TemporaryDirectory(prefix="nishan-backup-") as folder, empty_database() as database:
        server = EmbeddedObjectStore(Path(folder) / "store", Path(folder) / "store.log")
        server.start()
        try:
            store = _store(server, keys)
            store_people(database, arguments.people, _faces(), _fingers(), progress)
            known = _put_images(database, store, set(), progress)
            place = DirectoryPlace(Path(folder) / "backup")
            start = time.perf_counter()
            first = take_backup(database, store, keys, place, {}).manifest.objects
            taken_s = time.perf_counter() - start
            store_people(database, arguments.new, _faces(), _fingers(), progress)
            _put_images(database, store, known, progress)
            start = time.perf_counter()
            report = take_backup(database, store, keys, place, {}, update=True)
            updated_s = time.perf_counter() - start
            manifest, sealer, _ = read_manifest(place, keys, "")
            start = time.perf_counter()
            restore_backup(OpenedBackup(place, manifest, sealer), database, store, replace=True)
            restored_s = time.perf_counter() - start
        finally:
            server.stop()
    objects, rows = report.manifest.objects, sum(table.rows for table in report.manifest.tables)
    here, people = Path(__file__), arguments.people + arguments.new
    return {
        "data": describe_files("invented rows and random bytes", here.parent, [here]),
        "protocol": (
            f"{arguments.people} people with two faces and ten fingers: rows in PostgreSQL, images of "
            f"{FACE_BYTES:,}, {FINGER_BYTES:,} and thumbnails of {THUMBNAIL_BYTES:,} random bytes in the S3 "
            f"server; a backup into a directory of the same disk; {arguments.new} people more and the same "
            "backup brought up to date; then a restore over the installation"
        ),
        "models_used": [],
        "counts": {
            "people": arguments.people,
            "new_people": arguments.new,
            "rows": rows,
            "objects": objects.count,
            "objects_copied_by_the_update": report.copied,
        },
        "metrics": {
            "backup": _rates(taken_s, first.count, first.bytes, arguments.people),
            "update": _rates(updated_s, objects.count, objects.bytes, people),
            "restore": _rates(restored_s, objects.count, objects.bytes, people),
            "row_bytes_a_person": round(sum(table.file.bytes for table in report.manifest.tables) / people),
            "lost": objects.lost,
        },
    }


def _rates(seconds: float, objects: int, size: int, people: int) -> dict[str, float]:
    return {
        "wall_s": round(seconds, 2),
        "objects_per_second": round(objects / seconds, 1),
        "megabytes_per_second": round(size / seconds / 1e6, 2),
        "people_per_second": round(people / seconds, 2),
    }


def _store(server: EmbeddedObjectStore, keys: str) -> ImageStore:
    values = {
        "s3_endpoint": server.endpoint,
        "s3_access_key": server.access_key,
        "s3_secret_key": server.secret_key,
        "image_key": keys,
    }
    store = ImageStore.from_settings(Settings.model_validate(values))
    store.ensure_bucket()
    return store


def _faces() -> list[Template]:
    return [Template(Modality.FACE, "backup/1", os.urandom(512), Quality(0.9)) for _ in range(10)]


def _fingers() -> list[Template]:
    return [
        Template(
            Modality.FINGER, "backup/1", os.urandom(4_200), Quality(0.9), FingerPosition(1 + number % 10)
        )
        for number in range(50)
    ]


def _put_images(database: Database, store: ImageStore, known: set[str], progress: ProgressLike) -> set[str]:
    """Put the images of all samples but those known, and return the keys of all samples."""
    with database.transaction() as session:
        found = session.execute(text("SELECT object_key, thumbnail_key, modality FROM samples")).all()
    rows = [row for row in found if row.object_key not in known]
    for key, thumbnail, modality in progress.track(rows, len(rows), "putting images"):
        size = FACE_BYTES if modality == Modality.FACE else FINGER_BYTES
        store.begin_put({key: os.urandom(size), thumbnail: os.urandom(THUMBNAIL_BYTES)})()
    return {row.object_key for row in found}
