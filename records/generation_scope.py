"""Which samples a generation must have templates of, which it lacks, and which templates are its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from biometrics.fingerprint.producer import FOREIGN, MARK, FingerprintProducer
from biometrics.template import Modality
from records.enrolment_values import EnrolmentStatus
from records.generation_values import Generation
from records.tables import EnrolmentRow, GenerationFailureRow, SampleRow, TemplateRow


def belongs(
    modality: Modality, producer: str, templates: type[TemplateRow] = TemplateRow
) -> ColumnElement[bool]:
    """Return the condition that a template is of this generation.

    A generation of prints also holds the marks and the foreign templates brought into its form.
    """
    own = templates.producer == producer
    if modality is Modality.FACE:
        return own
    ending = f"+{FingerprintProducer.parse(producer).form}"
    others = or_(*(templates.producer.startswith(f"{kind}:") for kind in (FOREIGN, MARK)))
    return or_(own, and_(templates.producer.endswith(ending, autoescape=True), others))


def is_generation(modality: Modality, producer: str) -> bool:
    """Whether templates of a producer are a generation of their own, and not guests in one of a form."""
    parsed = FingerprintProducer.parse(producer)
    return modality is Modality.FACE or not (parsed.is_foreign or parsed.is_mark)


def kept_samples(modality: Modality) -> ColumnElement[bool]:
    """Return the condition that a sample must be searchable: a person's, or one that waits to be."""
    waiting = select(EnrolmentRow.id).where(EnrolmentRow.status == EnrolmentStatus.AWAITING_CONFIRMATION)
    return and_(
        SampleRow.role == "enrolment",
        SampleRow.modality == str(modality),
        SampleRow.slap.is_(None),
        or_(SampleRow.person_id.is_not(None), SampleRow.enrolment_id.in_(waiting)),
    )


def lacking(generation: Generation) -> ColumnElement[bool]:
    """Return the condition that a generation must have a template of a sample and has none."""
    return and_(kept_samples(generation.modality), _nothing_known(generation))


def _nothing_known(generation: Generation) -> ColumnElement[bool]:
    """Return the condition that a sample has no template of a generation and is not known to give none."""
    inner = aliased(TemplateRow)
    has = select(inner.id).where(
        inner.sample_id == SampleRow.id, belongs(generation.modality, generation.producer, inner)
    )
    failed = select(GenerationFailureRow.sample_id).where(
        GenerationFailureRow.generation_id == generation.id, GenerationFailureRow.sample_id == SampleRow.id
    )
    return and_(~has.exists(), ~failed.exists())


def count_lacking(session: Session, generation: Generation, since: datetime | None = None) -> int:
    """Return how many samples a generation still lacks.

    Args:
        since: Count only those of enrolments touched since then.
    """
    query = select(func.count()).select_from(SampleRow).where(lacking(generation))
    if since is not None:
        touched = select(EnrolmentRow.id).where(EnrolmentRow.updated_at >= since)
        query = query.where(SampleRow.enrolment_id.in_(touched))
    return session.scalar(query) or 0


def lacking_of(session: Session, generation: Generation, sample_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Return those of some samples that a generation lacks, whether they are a person's already or not."""
    return session.scalars(
        select(SampleRow.id)
        .where(
            SampleRow.id.in_(list(sample_ids)),
            SampleRow.modality == str(generation.modality),
            SampleRow.slap.is_(None),
            _nothing_known(generation),
        )
        .order_by(SampleRow.id)
    ).all()


def next_lacking(
    session: Session, generation: Generation, after: UUID | None, lane: int, limit: int
) -> Sequence[UUID]:
    """Return the next samples that a generation lacks, in the order of their ids.

    Args:
        after: Leave out the samples up to this one.
        lane: Which of the generation's equal parts of all samples to look at.
    """
    query = select(SampleRow.id).where(lacking(generation))
    if after is not None:
        query = query.where(SampleRow.id > after)
    if generation.lanes > 1:
        spread = func.hashtext(cast(SampleRow.id, Text)).op("&")(0x7FFFFFFF)
        query = query.where(spread % generation.lanes == lane)
    return session.scalars(query.order_by(SampleRow.id).limit(limit)).all()
