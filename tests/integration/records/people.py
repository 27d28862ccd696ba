"""Invented officers, persons and encounters for the tests of the records."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from biometrics.quality import Quality, QualityReason
from biometrics.template import FingerPosition, Impression, Modality, Template
from core.clock import now
from core.ids import new_id
from records.access import Officer, Role
from records.accounts import officer_named
from records.encounters import ActSection, EncounterDetails, EncounterKind, LawfulBasis, add_encounter
from records.image_store import ImageStore
from records.persons import NameKind, Person, PersonDetails, PersonName, Sex, create_person
from records.samples import SampleRole, add_sample, stage_sample
from records.tables import AccountRow
from records.templates import link_to_person, save_templates

PASSWORD = "correct horse battery"
PRODUCER = "test-producer/1"


def officer(
    session: Session, role: Role = Role.STATION, state: str | None = "29", station: str | None = "2901"
) -> Officer:
    """Create an account of its own and return its officer; the slow password hash is made only once."""
    username = f"officer-{new_id()}"
    row = AccountRow(
        id=new_id(),
        username=username,
        full_name="Test Officer",
        role=str(role),
        state_code=state,
        station_code=station,
        password_hash=_password_hash(),
        active=True,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return officer_named(session, username)


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return PasswordHasher().hash(PASSWORD)


def details(name: str = "Ramesh Kumar", **fields: Any) -> PersonDetails:
    """Particulars of an invented person."""
    names = fields.pop("names", (PersonName(NameKind.PRIMARY, name),))
    return PersonDetails(**{"names": names, "sex": Sex.MALE, "birth_year": 1980, **fields})


def arrest(state: str = "29", **fields: Any) -> EncounterDetails:
    """An arrest for theft."""
    usual = {
        "kind": EncounterKind.ARREST,
        "state_code": state,
        "lawful_basis": LawfulBasis.ARRESTED,
        "occurred_at": datetime(2026, 3, 14, 15, 9, tzinfo=UTC),
        "station_code": f"{state}01",
        "station_name": "Test Station",
        "fir_number": "0017",
        "fir_year": 2026,
        "acts_sections": (ActSection("BNS", "303(2)"),),
    }
    return EncounterDetails(**{**usual, **fields})


def template(
    seed: int = 0, modality: Modality = Modality.FACE, position: FingerPosition = FingerPosition.UNKNOWN
) -> Template:
    """A template whose payload is recognisable in any dump."""
    payload = np.random.default_rng(seed).normal(size=32).astype("<f4").tobytes()
    reason = QualityReason("blurred", "Hold the camera still.", 0.1, 0.3)
    return Template(modality, PRODUCER, payload, Quality(0.75, (reason,)), position)


def enrolled(
    session: Session,
    store: ImageStore,
    by: Officer,
    *,
    person: PersonDetails | None = None,
    encounter: EncounterDetails | None = None,
    images: Sequence[bytes] = (b"image of a face",),
    seed: int = 0,
) -> tuple[Person, UUID, list[UUID]]:
    """Store a person with encounter, samples and linked templates; return all three."""
    created = create_person(session, person or details(), (encounter or arrest()).state_code)
    stored = add_encounter(session, created.id, encounter or arrest(), by)
    samples = []
    for number, image in enumerate(images):
        staged = stage_sample(
            store, image, Modality.FACE, impression=Impression.PLAIN, thumbnail=b"thumbnail of " + image
        )
        samples.append(add_sample(session, staged, SampleRole.ENROLMENT, by).id)
        save_templates(session, [(samples[-1], template(seed + number))])
    link_to_person(session, samples, created.id, stored.id)
    return created, stored.id, samples
