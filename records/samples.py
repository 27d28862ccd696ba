"""Samples: images as captured, object first and row second, read back only as they were sent."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from biometrics.template import FingerPosition, Impression, Modality
from core.ids import new_id, sha256_hex
from records.access import Officer, Permission, require
from records.image_store import ImageStore, ImageTampered
from records.sample_values import (
    LARGEST_DPI,
    SMALLEST_DPI,
    Sample,
    SampleInvalid,
    SampleNotFound,
    SampleRole,
    StagedSample,
    read_sample,
    sample_row,
)
from records.slap_values import Slap, SlapCut, SlapFinding
from records.stored_values import to_json
from records.tables import SampleRow
from records.text import check_text
from records.visibility import sample_visible

__all__ = [
    "LARGEST_DPI",
    "SMALLEST_DPI",
    "Sample",
    "SampleInvalid",
    "SampleNotFound",
    "SampleRole",
    "Slap",
    "SlapCut",
    "SlapFinding",
    "StagedSample",
    "add_cut_samples",
    "add_sample",
    "begin_staging",
    "fingers_of_slaps",
    "sample_bytes",
    "sample_for",
    "sample_image",
    "sample_row",
    "sample_thumbnail",
    "samples_by_id",
    "samples_of_enrolment",
    "samples_of_person",
    "save_finding",
    "stage_sample",
    "store_sample",
]


def stage_sample(store: ImageStore, data: bytes, modality: Modality, **particulars: Any) -> StagedSample:
    """Put the image into the store; to be called before the transaction that adds the row.

    Args:
        **particulars: those of `begin_staging`.
    """
    staged, wait = begin_staging(store, data, modality, **particulars)
    wait()
    return staged


def begin_staging(
    store: ImageStore,
    data: bytes,
    modality: Modality,
    *,
    position: FingerPosition = FingerPosition.UNKNOWN,
    impression: Impression | None = None,
    dpi: float | None = None,
    media_type: str = "",
    file_name: str = "",
    thumbnail: bytes | None = None,
    face_index: int | None = None,
    slap: Slap | None = None,
    cut: SlapCut | None = None,
) -> tuple[StagedSample, Callable[[], None]]:
    """Start putting the image into the store.

    Returns:
        What the row is made of, and a function that waits for the store's acknowledgement: call it
        before the transaction that adds the row commits, so that no row is seen without its image.
    """
    check_text(media_type, "media type", 200)
    check_text(file_name, "file name", 500)
    if dpi is not None and not SMALLEST_DPI <= dpi <= LARGEST_DPI:
        raise SampleInvalid(
            f"State the resolution between {SMALLEST_DPI} and {LARGEST_DPI} dpi.", field="dpi"
        )
    sample_id = new_id()
    object_key = f"samples/{sample_id}"
    thumbnail_key = None if thumbnail is None else f"thumbnails/{sample_id}"
    objects = {object_key: data}
    if thumbnail_key and thumbnail is not None:
        objects[thumbnail_key] = thumbnail
    wait = store.begin_put(objects)
    staged = StagedSample(
        id=sample_id,
        modality=modality,
        position=position,
        impression=impression,
        dpi=dpi,
        media_type=media_type,
        file_name=file_name,
        bytes=len(data),
        sha256=sha256_hex(data),
        object_key=object_key,
        thumbnail_key=thumbnail_key,
        face_index=face_index,
        slap=slap,
        cut=cut,
    )
    return staged, wait


def add_sample(session: Session, staged: StagedSample, role: SampleRole, officer: Officer | None) -> Sample:
    """Add the row of a staged sample."""
    row = sample_row(staged, role, officer)
    session.add(row)
    session.flush()
    return read_sample(row)


def add_cut_samples(session: Session, slap_id: UUID, fingers: Sequence[StagedSample]) -> tuple[Sample, ...]:
    """Add the rows of fingers cut out of a slap; they belong to whatever the slap belongs to."""
    slap = _row(session, slap_id)
    rows = [sample_row(finger, SampleRole(slap.role), None, slap.enrolment_id) for finger in fingers]
    for row in rows:
        row.officer_id, row.state_code = slap.officer_id, slap.state_code
        row.station_code = slap.station_code
    session.add_all(rows)
    session.flush()
    return tuple(read_sample(row) for row in rows)


def store_sample(
    session: Session,
    store: ImageStore,
    data: bytes,
    modality: Modality,
    *,
    role: SampleRole = SampleRole.PROBE,
    officer: Officer | None = None,
    **properties: Any,
) -> Sample:
    """Stage an image and add its row; ``properties`` are those of stage_sample."""
    return add_sample(session, stage_sample(store, data, modality, **properties), role, officer)


def sample_for(session: Session, officer: Officer, sample_id: UUID) -> Sample:
    """Return a sample the officer may see."""
    return read_sample(_visible(session, officer, sample_id))


def sample_image(session: Session, store: ImageStore, officer: Officer, sample_id: UUID) -> bytes:
    """Return the image's bytes as they were sent, for an officer who may see the sample.

    Raises:
        SampleNotFound: there is none, or it is not the officer's to see.
        ImageTampered: the bytes are not those that were sent.
    """
    return _checked(store, _visible(session, officer, sample_id))


def sample_thumbnail(session: Session, store: ImageStore, officer: Officer, sample_id: UUID) -> bytes | None:
    """Return the small picture of a sample, None when it has none."""
    row = _visible(session, officer, sample_id)
    return store.get(row.thumbnail_key) if row.thumbnail_key else None


def sample_bytes(session: Session, store: ImageStore, sample_id: UUID) -> bytes:
    """Return the image's bytes for a worker, who acts for no officer."""
    return _checked(store, _row(session, sample_id))


def _checked(store: ImageStore, row: SampleRow) -> bytes:
    data = store.get(row.object_key)
    if sha256_hex(data) != row.sha256:
        raise ImageTampered("An image is not the one that was sent: restore it from backup.")
    return data


def samples_by_id(session: Session, ids: Sequence[UUID]) -> tuple[Sample, ...]:
    """Return samples in the order of ``ids``; unknown ones are left out."""
    rows = {row.id: row for row in session.scalars(select(SampleRow).where(SampleRow.id.in_(list(ids))))}
    return tuple(read_sample(rows[sample_id]) for sample_id in ids if sample_id in rows)


def samples_of_enrolment(session: Session, enrolment_id: UUID) -> tuple[Sample, ...]:
    """Return the samples of an enrolment, in the order they were sent."""
    rows = session.scalars(
        select(SampleRow).where(SampleRow.enrolment_id == enrolment_id).order_by(SampleRow.id)
    )
    return tuple(read_sample(row) for row in rows)


def fingers_of_slaps(session: Session, slap_ids: Sequence[UUID]) -> tuple[Sample, ...]:
    """Return the fingers that were cut out of slaps, in the order they were found."""
    if not slap_ids:
        return ()
    rows = session.scalars(
        select(SampleRow).where(SampleRow.slap_id.in_(list(slap_ids))).order_by(SampleRow.id)
    )
    return tuple(read_sample(row) for row in rows)


def save_finding(session: Session, slap_id: UUID, slap: Slap) -> None:
    """Note what was found in a slap."""
    _row(session, slap_id).slap = to_json(slap)
    session.flush()


def samples_of_person(session: Session, officer: Officer, person_id: UUID) -> tuple[Sample, ...]:
    """Return the samples of a person's visible encounters, newest first."""
    require(officer, Permission.READ_PERSONS)
    rows = session.scalars(
        select(SampleRow)
        .where(SampleRow.person_id == person_id, SampleRow.encounter_id.is_not(None), sample_visible(officer))
        .order_by(SampleRow.id.desc())
    )
    return tuple(read_sample(row) for row in rows)


def _row(session: Session, sample_id: UUID) -> SampleRow:
    row = session.get(SampleRow, sample_id)
    if row is None:
        raise SampleNotFound("There is no such image.")
    return row


def _visible(session: Session, officer: Officer, sample_id: UUID) -> SampleRow:
    row = session.scalar(select(SampleRow).where(SampleRow.id == sample_id, sample_visible(officer)))
    if row is None:
        raise SampleNotFound("There is no such image in your records.")
    return row
