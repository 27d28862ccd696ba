"""Requests the enrolment tests make: training records with public-domain portraits and invented prints."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from biometrics.template import FingerPosition, Impression, Modality
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger
from enroll.content import EnrolmentRequest, SampleInput
from enroll.enrolment import accept
from enroll.parts import WorkerParts
from enroll.processing import process
from records.access import Officer
from records.encounters import ActSection, EncounterDetails, EncounterKind, LawfulBasis
from records.enrolments import Enrolment, enrolment_for
from records.persons import NameKind, PersonDetails, PersonName, Sex

TEST_DAY = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)


@lru_cache(maxsize=64)
def print_image(person: int, position: int, impression: int = 0) -> bytes:
    return encode_png(finger(person, FingerPosition(position), impression))


def face(name: str) -> SampleInput:
    return SampleInput(portrait(name).read_bytes(), Modality.FACE, part="face")


def fingerprint(person: int, position: int, impression: int = 0, stated: int | None = None) -> SampleInput:
    """A print of a finger; ``stated`` is the finger that the sender says it is."""
    return SampleInput(
        print_image(person, position, impression),
        Modality.FINGER,
        FingerPosition(position if stated is None else stated),
        Impression.PLAIN,
        500,
    )


def request(
    reference: str, samples: Sequence[SampleInput], *, state: str = "29", name: str = ""
) -> EnrolmentRequest:
    return EnrolmentRequest(
        reference,
        PersonDetails(
            names=(PersonName(NameKind.PRIMARY, name or f"Training subject {reference}"),),
            sex=Sex.MALE,
            birth_year=1990,
            training=True,
        ),
        EncounterDetails(
            kind=EncounterKind.TRAINING,
            state_code=state,
            lawful_basis=LawfulBasis.TRAINING,
            occurred_at=TEST_DAY,
            station_code=f"{state}0101",
            station_name="Training station",
            fir_number="0017",
            fir_year=2026,
            acts_sections=(ActSection("Training Act", "1"),),
            training=True,
        ),
        samples,
    )


def enrol(parts: WorkerParts, officer: Officer, reference: str, samples: list[SampleInput]) -> Enrolment:
    accepted = accept(parts.database, parts.store, officer, request(reference, samples))
    process(parts, accepted.enrolment.id)
    return read(parts, officer, accepted.enrolment.id)


def read(parts: WorkerParts, officer: Officer, enrolment_id: UUID) -> Enrolment:
    with parts.database.transaction() as session:
        return enrolment_for(session, officer, enrolment_id)
