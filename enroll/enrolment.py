"""Accepts an enrolment: everything that can be refused is refused now, the rest is stored and queued."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from biometrics.errors import SampleRejected
from biometrics.image import DecodedImage, ImageLimits, decode_image
from biometrics.template import FingerPosition, Impression, Modality
from core.ids import sha256_hex
from core.settings import settings
from enroll.content import EnrolmentRequest, SampleInput, content_digest, samples_digest
from enroll.engines import image_limits
from enroll.errors import NoSample, SameImageTwice, SamePositionTwice, TooManySamples, UnknownPosition
from enroll.foreign_samples import drawing_of, is_foreign_print, read_foreign_print
from enroll.parameters import ENROLL
from enroll.queue import defer_enrolment
from enroll.refused_samples import say_which
from enroll.slap_cutting import check_missing
from enroll.small_pictures import small_picture
from records import enrolments
from records.access import Officer, Permission, require
from records.database import Database
from records.encounters import check_encounter
from records.enrolments import Accepted, Enrolment
from records.image_store import ImageStore
from records.samples import StagedSample, stage_sample

__all__ = ["EnrolmentRequest", "SampleInput", "accept", "recapture"]


def accept(
    database: Database,
    store: ImageStore,
    officer: Officer,
    request: EnrolmentRequest,
    limits: ImageLimits | None = None,
) -> Accepted:
    """Store an enrolment and queue its processing, in one transaction; images are stored before it.

    A reference that was accepted before with the same content gives the enrolment of then.

    Raises:
        SampleRejected: an image cannot be read; ``facts["file"]`` says which.
        NoSample, TooManySamples, UnknownPosition, SamePositionTwice, SameImageTwice: of the set.
        DuplicateReference: the reference was used for something else.
        CaptureNotPermitted: the law does not allow the capture.
    """
    require(officer, Permission.ENROL)
    check_samples(request.samples, request.unknown_position_intended)
    check_encounter(request.encounter)
    digest = content_digest(request)
    with database.transaction() as session:
        known = enrolments.existing(session, officer, request.reference, digest)
    if known is not None:
        return Accepted(known, created=False)
    staged = _stage(store, request.samples, limits)
    with database.transaction() as session:
        accepted = enrolments.accept(
            session, officer, request.reference, request.person, request.encounter, staged, digest
        )
        if accepted.created:
            defer_enrolment(session, accepted.enrolment.id)
    return accepted


def recapture(
    database: Database,
    store: ImageStore,
    officer: Officer,
    enrolment_id: UUID,
    samples: Sequence[SampleInput],
    limits: ImageLimits | None = None,
    *,
    unknown_position_intended: bool = False,
) -> Enrolment:
    """Replace samples of an enrolment that needs better ones, and queue it again."""
    require(officer, Permission.ENROL)
    check_samples(samples, unknown_position_intended)
    staged = _stage(store, samples, limits)
    with database.transaction() as session:
        enrolment = enrolments.replace_samples(
            session, officer, enrolment_id, staged, samples_digest(samples)
        )
        defer_enrolment(session, enrolment_id)
    return enrolment


def check_samples(samples: Sequence[SampleInput], unknown_position_intended: bool) -> None:
    """Refuse a set of samples that contradicts itself."""
    if not samples:
        raise NoSample("Send a photograph of the face, or at least one fingerprint.")
    if len(samples) > ENROLL.capture.most_samples:
        raise TooManySamples(
            f"Send at most {ENROLL.capture.most_samples} images with one enrolment.", sent=len(samples)
        )
    prints = [sample for sample in samples if sample.modality is Modality.FINGER and not sample.slap]
    if not unknown_position_intended:
        for sample in prints:
            if sample.position is FingerPosition.UNKNOWN:
                raise UnknownPosition(
                    "Say which finger this print is of (1 to 10), or that the finger is not known.",
                    file=sample.label,
                )
    places = Counter((sample.position, sample.impression) for sample in prints if sample.position)
    check_missing(samples)
    _refuse_repeated(samples, places)


def _refuse_repeated(
    samples: Sequence[SampleInput], places: Counter[tuple[FingerPosition, Impression]]
) -> None:
    for (position, _), count in places.items():
        if count > 1:
            raise SamePositionTwice(
                f"Finger {int(position)} was sent {count} times; send the better print only.",
                file=f"finger_{int(position)}",
            )
    seen: dict[str, str] = {}
    for sample in samples:
        digest = sha256_hex(sample.data)
        if digest in seen and sample.data:
            raise SameImageTwice(
                f"The files for {seen[digest]} and {sample.label} are the same image; capture one anew.",
                file=sample.label,
                same_as=seen[digest],
            )
        seen[digest] = sample.label


def _stage(
    store: ImageStore, samples: Sequence[SampleInput], limits: ImageLimits | None
) -> list[StagedSample]:
    limits = limits or image_limits(settings())
    decoded = [_decode(samples, place, limits) for place in range(len(samples))]
    return [stage(store, sample, image) for sample, image in zip(samples, decoded, strict=True)]


def _decode(samples: Sequence[SampleInput], place: int, limits: ImageLimits) -> DecodedImage:
    sample = samples[place]
    try:
        if not sample.slap and is_foreign_print(sample.modality, sample.data):
            return drawing_of(read_foreign_print(sample.data, sample.position))
        return decode_image(sample.data, limits)
    except SampleRejected as problem:
        say_which(problem, [each.label for each in samples], place, sample.modality)
        raise


def stage(store: ImageStore, sample: SampleInput, image: DecodedImage) -> StagedSample:
    """Put a decoded image, with a small picture where it needs one, into the object store; no row yet."""
    return stage_sample(
        store,
        sample.data,
        sample.modality,
        position=sample.position,
        impression=sample.impression if sample.modality is Modality.FINGER else None,
        dpi=sample.dpi or image.dpi,
        media_type=f"image/{image.format.lower()}",
        file_name=sample.file_name,
        thumbnail=small_picture(image, sample.data),
        face_index=sample.face_index,
        slap=sample.slap,
    )
