"""What does one face, one finger and one person cost: memory, rows, images, loading, searching?"""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.invented_gallery import invent, memory_in_use
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from benchmarks.stored_people import empty_database, row_bytes, store_people, template_row_bytes
from biometrics.face.extractor import FaceExtractor
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import ImageLimits, decode_image
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger
from matcher.candidates import Reference
from matcher.face.index import FaceIndex
from matcher.face.library import faiss
from matcher.filters import EVERYTHING
from matcher.gallery import Gallery
from matcher.search import identify
from records import gallery_feed
from records.database import Database

PORTRAITS = ("obama", "biden", "obama2")
_PICTURES = (".png", ".tif", ".bmp", ".jpg", ".wsq")
_LIMITS = ImageLimits(max_bytes=50_000_000, max_pixels=50_000_000)
_SEARCHES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--prints", type=Path, help="folder of real prints; default: synthetic ones")
    parser.add_argument("--templates", type=int, default=60, help="prints extracted, for their size")
    parser.add_argument("--people", type=int, default=1000, help="people written to PostgreSQL")
    parser.add_argument("--faces", type=int, default=200_000, help="faces of the gallery that is weighed")
    parser.add_argument("--fingers", type=int, default=20_000, help="fingers of the gallery that is weighed")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Extract some samples, write people, and weigh galleries of each modality."""
    faiss.omp_set_num_threads(1)
    images = _prints(arguments.prints, arguments.templates)
    photographs = [portrait(name) for name in PORTRAITS]
    faces, fingers = _templates(photographs, images, progress)
    with empty_database() as database:
        store_people(database, arguments.people, faces, fingers, progress)
        rows, templates = row_bytes(database), template_row_bytes(database)
        reading_s, stored = _read(database)
    by_modality = {modality: [item for item in stored if item.modality is modality] for modality in Modality}
    _weigh_fingers(by_modality[Modality.FINGER], 500, fingers[0])  # compiles what the first search needs
    progress.say(f"weighing {arguments.faces:,} faces and {arguments.fingers:,} fingers")
    weighed = {
        "face": _weigh_faces(by_modality[Modality.FACE], arguments.faces),
        "finger": _weigh_fingers(by_modality[Modality.FINGER], arguments.fingers, fingers[0]),
    }
    place = arguments.prints or photographs[0].parent
    return {
        "data": describe_files(
            "portraits and " + (arguments.prints.name if arguments.prints else "synthetic prints"),
            place,
            images if arguments.prints else photographs,
        ),
        "protocol": (
            f"{len(fingers)} prints and {len(faces)} portraits extracted; {arguments.people} people with two "
            "faces and ten fingers written to PostgreSQL and read back as a process does at its start; their "
            "references, under new numbers, loaded into a gallery, written as a snapshot, restored and "
            "searched; one thread"
        ),
        "models_used": ["yunet", "sface", "leader"],
        "counts": {"people": arguments.people, "faces": arguments.faces, "fingers": arguments.fingers},
        "metrics": {
            "row_bytes": rows,
            "template_row_bytes": templates,
            "print_bytes": round(float(np.mean([len(_bytes(image)) for image in images]))),
            "portrait_bytes": round(float(np.mean([path.stat().st_size for path in photographs]))),
            "references_read_per_second": round(len(stored) / reading_s),
            **weighed,
        },
    }


def _prints(folder: Path | None, count: int) -> list[Any]:
    if folder is None:
        return [
            encode_png(finger(seed, FingerPosition(1 + seed % 10), 0)) for seed in range(9000, 9000 + count)
        ]
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES)
    return found[:: max(1, len(found) // count)][:count]


def _bytes(image: Path | bytes) -> bytes:
    return image if isinstance(image, bytes) else image.read_bytes()


def _templates(
    photographs: Sequence[Path], images: Sequence[Path | bytes], progress: ProgressLike
) -> tuple[list[Template], list[Template]]:
    face, fingerprint = FaceExtractor.open(), FingerprintExtractor.open()
    faces = [
        face.extract(decode_image(path.read_bytes(), _LIMITS), largest=True).template for path in photographs
    ]
    fingers = []
    for number, image in enumerate(progress.track(images, len(images), "extracting prints")):
        position = FingerPosition(1 + number % 10)
        fingers.append(
            fingerprint.extract(decode_image(_bytes(image), _LIMITS), dpi=500, position=position).template
        )
    return faces, fingers


def _read(database: Database) -> tuple[float, list[Reference]]:
    start = time.perf_counter()
    with database.snapshot() as session:
        stored = list(gallery_feed.references(session))
    return time.perf_counter() - start, stored


def _weigh_faces(stored: Sequence[Reference], count: int) -> dict[str, Any]:
    """Weigh a gallery of invented faces, which differ as real ones do, with the tags of those stored."""
    invented = invent(count, _SEARCHES)
    index = FaceIndex()

    def references() -> Iterator[Reference]:
        for number, vector in enumerate(invented.vectors, 1):
            yield _renumbered(stored, number, vector.tobytes())

    probe = Template(Modality.FACE, stored[0].producer, invented.mated[0].tobytes(), Quality(1.0))
    return _weigh(Gallery(lambda _: index), references(), count, probe, index.settle)


def _weigh_fingers(stored: Sequence[Reference], count: int, probe: Template) -> dict[str, Any]:
    references = (
        _renumbered(stored, number, stored[number % len(stored)].payload) for number in range(1, count + 1)
    )
    return _weigh(Gallery(), references, count, probe, lambda: None)


def _renumbered(stored: Sequence[Reference], number: int, payload: bytes) -> Reference:
    source = stored[number % len(stored)]
    return replace(source, reference_id=number, subject=UUID(int=number), payload=payload)


def _weigh(
    gallery: Gallery,
    references: Iterator[Reference],
    count: int,
    probe: Template,
    settle: Callable[[], None],
) -> dict[str, Any]:
    """Load references into a gallery; take time and memory."""
    gc.collect()
    before = memory_in_use()
    load_s = _taken(lambda: gallery.load(references, 1))
    settle_s = _taken(settle)
    search_s = _taken(lambda: _search(gallery, probe), of=time.process_time)
    memory = memory_in_use() - before
    with tempfile.TemporaryDirectory(prefix="nishan-costs-") as folder:
        write_s = _taken(lambda: gallery.capture().store(Path(folder)))
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        restore_s = _taken(lambda: Gallery().restore(Path(folder)))
    return {
        "memory_bytes": round(memory / count),
        "snapshot_bytes": round(disk / count),
        "loaded_per_second": round(count / load_s),
        "prepared_per_second": round(count / (load_s + settle_s)),
        "snapshot_written_per_second": round(count / write_s),
        "snapshot_restored_per_second": round(count / restore_s),
        "search_cpu_ms": round(search_s / _SEARCHES * 1e3, 3),
        "searched_per_core_second": round(count * _SEARCHES / search_s),
    }


def _search(gallery: Gallery, probe: Template) -> None:
    for _ in range(_SEARCHES):
        identify(gallery, [probe], EVERYTHING, 20)


def _taken(work: Callable[[], object], of: Callable[[], float] = time.perf_counter) -> float:
    start = of()
    work()
    return of() - start
