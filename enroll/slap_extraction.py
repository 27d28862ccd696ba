"""Takes the slaps of an enrolment apart and keeps each finger as a sample of its own, with its template."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from biometrics.errors import SampleRejected
from biometrics.image import decode_image
from biometrics.template import Impression, Modality, Template
from core.errors import Defect
from enroll.parts import WorkerParts
from enroll.slap_cutting import CutFinger, CutSlap, cut_slap
from enroll.small_pictures import small_picture
from records import enrolments
from records.database import Session
from records.enrolments import EnrolmentStatus
from records.image_store import ImageStore
from records.object_removal import remove_samples
from records.samples import (
    Sample,
    Slap,
    SlapCut,
    StagedSample,
    add_cut_samples,
    begin_staging,
    fingers_of_slaps,
    sample_bytes,
    save_finding,
)
from records.templates import save_templates, templates_of_samples


@dataclass(frozen=True, eq=False)
class ExtractedSlap:
    """A slap with what was found in it, and the sample of each of its fingers, from left to right."""

    sample: Sample
    fingers: tuple[tuple[Sample, CutFinger], ...]

    @property
    def usable(self) -> list[tuple[Sample, Template]]:
        """The fingers that can be compared."""
        return [(sample, cut.template) for sample, cut in self.fingers if cut.template]

    @property
    def rejected(self) -> list[tuple[Sample, SampleRejected]]:
        """The fingers that cannot, and why."""
        return [(sample, cut.problem) for sample, cut in self.fingers if cut.problem]


def extract_slap(parts: WorkerParts, enrolment_id: UUID, sample: Sample) -> ExtractedSlap | None:
    """Cut a slap into fingers; samples and templates of an earlier attempt are used again.

    Returns:
        None when another worker has finished this enrolment meanwhile.

    Raises:
        SampleRejected: the image shows no fingers.
    """
    slap = slap_of(sample)
    with parts.database.transaction() as session:
        data = sample_bytes(session, parts.store, sample.id)
        known = _known(session, sample, parts.engines.finger.producer)
    image = decode_image(data, parts.engines.limits)
    cut = cut_slap(parts.engines, image, slap, sample.dpi, {item.position: item for item in known})
    staged = []
    for finger, acknowledged in begin_fingers(parts.store, sample.id, cut):
        acknowledged()
        staged.append(finger)
    with parts.database.transaction() as session:
        # Under the row's lock: a worker that was overtaken must not touch templates in use.
        if enrolments.for_processing(session, enrolment_id).status is not EnrolmentStatus.PROCESSING:
            return None
        fingers = _keep(session, sample, cut, staged)
    return ExtractedSlap(replace(sample, slap=cut.slap), fingers)


def slap_of(sample: Sample) -> Slap:
    """Return what was stated of a slap."""
    if sample.slap is None:
        raise Defect("This sample is no slap.", sample=str(sample.id))
    return sample.slap


def begin_fingers(
    store: ImageStore, slap_id: UUID, cut: CutSlap
) -> list[tuple[StagedSample, Callable[[], None]]]:
    """Start putting the fingers' images into the object store; wait for each before its row is committed."""
    return [
        begin_staging(
            store,
            finger.png,
            Modality.FINGER,
            position=finger.position,
            impression=Impression.PLAIN,
            dpi=finger.image.dpi,
            media_type="image/png",
            thumbnail=small_picture(finger.image, finger.png),
            cut=SlapCut(slap_id, finger.box, finger.ridged, finger.at_edge),
        )
        for finger in cut.fingers
    ]


def _known(session: Session, slap: Sample, producer: str) -> list[Template]:
    fingers = fingers_of_slaps(session, [slap.id])
    stored = templates_of_samples(session, [finger.id for finger in fingers])
    return [item.template for item in stored if item.template.producer == producer]


def _keep(
    session: Session, slap: Sample, cut: CutSlap, staged: list[StagedSample]
) -> tuple[tuple[Sample, CutFinger], ...]:
    """Write the rows, unless an earlier attempt wrote them: then its samples stay as they are."""
    save_finding(session, slap.id, cut.slap)
    kept = {finger.position: finger for finger in fingers_of_slaps(session, [slap.id])}
    if set(kept) != {finger.position for finger in cut.fingers}:
        remove_samples(session, None, [finger.id for finger in kept.values()])
        kept = {finger.position: finger for finger in add_cut_samples(session, slap.id, staged)}
    pairs = tuple((kept[finger.position], finger) for finger in cut.fingers)
    save_templates(session, [(sample.id, cut.template) for sample, cut in pairs if cut.template])
    return pairs
