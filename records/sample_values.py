"""What a sample is: its role, what is stated of it, and how it is read from and written to its row."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from biometrics.template import FingerPosition, Impression, Modality
from core.clock import now
from core.errors import InputRejected, NotFound
from records.access import Officer
from records.slap_values import Slap, SlapCut
from records.stored_values import from_json, to_json
from records.tables import SampleRow

SMALLEST_DPI, LARGEST_DPI = 1, 10_000
"""What any scanner or camera could have; what a fingerprint needs is judged by its extractor."""


class SampleNotFound(NotFound):
    """No such sample for this officer."""

    code = "sample_not_found"


class SampleInvalid(InputRejected):
    """What is stated about a sample cannot be right."""

    code = "sample_invalid"


class SampleRole(StrEnum):
    """What a sample was sent in for."""

    ENROLMENT = "enrolment"
    PROBE = "probe"


@dataclass(frozen=True)
class StagedSample:
    """A sample whose objects are stored but that has no row yet; without one the sweep removes them."""

    id: UUID
    modality: Modality
    position: FingerPosition
    impression: Impression | None
    dpi: float | None
    media_type: str
    file_name: str
    bytes: int
    sha256: str
    object_key: str
    thumbnail_key: str | None
    face_index: int | None
    slap: Slap | None = None
    cut: SlapCut | None = None


@dataclass(frozen=True)
class Sample:
    """One sample. ``sha256`` is of the bytes as sent, ``bytes`` their number.

    Attributes:
        slap: Of an image of several fingers, which has no template itself.
        cut: Of a finger that was cut out of a slap: where it lay.
    """

    id: UUID
    modality: Modality
    position: FingerPosition
    impression: Impression | None
    dpi: float | None
    media_type: str
    bytes: int
    sha256: str
    role: SampleRole
    person_id: UUID | None
    encounter_id: UUID | None
    enrolment_id: UUID | None
    face_index: int | None
    created_at: datetime
    slap: Slap | None = None
    cut: SlapCut | None = None


def sample_row(
    staged: StagedSample, role: SampleRole, officer: Officer | None, enrolment_id: UUID | None = None
) -> SampleRow:
    """Build the row of a staged sample."""
    return SampleRow(
        id=staged.id,
        role=str(role),
        modality=str(staged.modality),
        position=int(staged.position),
        impression=str(staged.impression) if staged.impression else None,
        dpi=staged.dpi,
        media_type=staged.media_type,
        file_name=staged.file_name,
        byte_count=staged.bytes,
        sha256=staged.sha256,
        object_key=staged.object_key,
        thumbnail_key=staged.thumbnail_key,
        face_index=staged.face_index,
        slap=to_json(staged.slap) if staged.slap else None,
        slap_id=staged.cut.slap_id if staged.cut else None,
        slap_cut=_without_id(staged.cut) if staged.cut else None,
        officer_id=officer.account_id if officer else None,
        state_code=officer.state_code if officer else None,
        station_code=officer.station_code if officer else None,
        enrolment_id=enrolment_id,
        created_at=now(),
    )


def read_sample(row: SampleRow) -> Sample:
    """Return a row's sample."""
    return Sample(
        id=row.id,
        modality=Modality(row.modality),
        position=FingerPosition(row.position),
        impression=Impression(row.impression) if row.impression else None,
        dpi=row.dpi,
        media_type=row.media_type,
        bytes=row.byte_count,
        sha256=row.sha256,
        role=SampleRole(row.role),
        person_id=row.person_id,
        encounter_id=row.encounter_id,
        enrolment_id=row.enrolment_id,
        face_index=row.face_index,
        created_at=row.created_at,
        slap=from_json(Slap, row.slap) if row.slap else None,
        cut=from_json(SlapCut, {**row.slap_cut, "slap_id": row.slap_id}) if row.slap_cut else None,
    )


def _without_id(cut: SlapCut) -> dict[str, Any]:
    return {name: value for name, value in to_json(cut).items() if name != "slap_id"}
