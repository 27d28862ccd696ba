"""The template of a stored print as a minutiae record that other systems read."""

from uuid import UUID

from api.lifespan import Parts
from biometrics.fingerprint.exported import record_of
from biometrics.fingerprint.producer import is_own_form
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import decode_image
from biometrics.standards.minutiae_files import write_record
from biometrics.standards.minutiae_record import RecordFormat
from biometrics.template import Impression, Modality, Template
from core.errors import InputRejected
from enroll.foreign_samples import is_foreign_print, read_foreign_print
from records.access import Officer
from records.samples import Sample, sample_for, sample_image
from records.templates import templates_of_samples


class NoFingerprintSample(InputRejected):
    """A minutiae record was asked for of something that is no print."""

    code = "no_fingerprint_sample"


def export_template(parts: Parts, officer: Officer, sample_id: UUID, target: RecordFormat) -> bytes:
    """Return the record; the template is the one that is searched, for a probe it is made anew.

    Raises:
        SampleNotFound: there is none, or it is not the officer's to see.
        NoFingerprintSample: the sample is a face.
    """
    with parts.database.transaction() as session:
        sample = sample_for(session, officer, sample_id)
        stored = templates_of_samples(session, [sample_id])
    if sample.modality is not Modality.FINGER:
        raise NoFingerprintSample("Minutiae are in prints only: ask for the template of a finger.")
    readable = [each.template for each in stored if is_own_form(each.template.producer)]
    template = readable[-1] if readable else _extract(parts, officer, sample)
    record = record_of(
        FingerprintTemplate.from_bytes(template.payload),
        target,
        position=template.position,
        impression=sample.impression or Impression.PLAIN,
        quality=template.quality,
    )
    return write_record(record)


def _extract(parts: Parts, officer: Officer, sample: Sample) -> Template:
    with parts.database.transaction() as session:
        data = sample_image(session, parts.images, officer, sample.id)
    if is_foreign_print(sample.modality, data):
        return read_foreign_print(data, sample.position).template
    with parts.capacity.turn():
        image = decode_image(data, parts.image_limits)
        return parts.engines.finger.extract(
            image,
            dpi=sample.dpi,
            position=sample.position,
            impression=sample.impression or Impression.PLAIN,
        ).template
