"""Fills a running service with invented subjects, so that a gallery of a given size can be searched."""

from datetime import UTC, datetime
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.progress import ProgressLike
from biometrics.quality import Quality
from biometrics.template import Modality, Template
from nishan.running_service import RunningService
from records import encounters, persons, samples, templates
from records.accounts import officer_named
from records.database import Database
from records.image_store import ImageStore

PER_TRANSACTION = 100


def random_faces(count: int, dimension: int, seed: int = 1) -> NDArray[np.float32]:
    """Return unit vectors drawn evenly from the sphere, float32 (count, dimension).

    Embeddings of different people are nearly orthogonal and use nearly all dimensions, so the even
    distribution costs an exhaustive search what real embeddings cost it.
    """
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    faces: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return faces


def enrol_faces(
    service: RunningService, faces: NDArray[np.float32], producer: str, progress: ProgressLike
) -> None:
    """Write one invented person per vector straight into the records of a running service."""
    settings = service.settings()
    store = ImageStore.from_settings(settings)
    database = Database(settings.database_url.get_secret_value())
    with database.transaction() as session:
        officer = officer_named(session, service.accounts["station"]["username"])
    picture = _picture()
    starts = range(0, len(faces), PER_TRANSACTION)
    for start in progress.track(starts, len(starts), "filling the gallery"):
        block = faces[start : start + PER_TRANSACTION]
        staged = [samples.stage_sample(store, picture, Modality.FACE, media_type="image/jpeg") for _ in block]
        with database.transaction() as session:
            for number, (vector, sample) in enumerate(zip(block, staged, strict=True), start):
                person = persons.create_person(session, details(number), "29")
                arrest = encounters.add_encounter(session, person.id, encounter(), officer)
                row = samples.add_sample(session, sample, samples.SampleRole.ENROLMENT, officer)
                template = Template(Modality.FACE, producer, vector.tobytes(), Quality(0.9))
                templates.save_templates(session, [(row.id, template)])
                templates.link_to_person(session, [row.id], person.id, arrest.id)
    database.dispose()


def details(number: int) -> persons.PersonDetails:
    """Return the particulars of an invented person."""
    name = persons.PersonName(persons.NameKind.PRIMARY, f"Invented Subject {number:05d}")
    return persons.PersonDetails(names=(name,), sex=persons.Sex.MALE, birth_year=1980, training=True)


def encounter() -> encounters.EncounterDetails:
    """Return a training encounter."""
    return encounters.EncounterDetails(
        kind=encounters.EncounterKind.TRAINING,
        state_code="29",
        lawful_basis=encounters.LawfulBasis.TRAINING,
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        station_code="2901",
        fir_number="0001",
        fir_year=2026,
        training=True,
    )


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 64), (120, 120, 120)).save(buffer, "JPEG")
    return buffer.getvalue()
