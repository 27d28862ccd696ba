"""Is this file good enough? Extracts it and forgets it: nothing is stored."""

from api.extraction import decode, named
from api.lifespan import Parts
from api.schemas.assessments import AssessmentAnswer
from api.schemas.samples import Capture, FaceAnswer, FacesAnswer, QualityAnswer
from api.schemas.slaps import SlapAnswer
from api.slap_probes import cut_file
from api.uploads import ProbeFile
from biometrics.image import DecodedImage
from biometrics.template import Modality
from enroll.foreign_samples import drawing_of, is_foreign_print, read_foreign_print


def assess(parts: Parts, file: ProbeFile, capture: Capture) -> AssessmentAnswer:
    """Judge one file; of a photo with several faces the largest is judged, and all are listed.

    Raises:
        InputRejected: it cannot be used at all; the message says what to do.
    """
    with parts.capacity.turn(), named(file):
        if file.slap is not None:
            return _assess_slap(parts, file, capture)
        if is_foreign_print(file.modality, file.data):
            return _assess_record(file)
        image = decode(parts, file)
        if file.modality is Modality.FACE:
            return _assess_face(parts, image)
        return _assess_finger(parts, file, image, capture)


def find_faces(parts: Parts, file: ProbeFile) -> FacesAnswer:
    """Return the faces of a photo, largest first; none is not an error here."""
    with parts.capacity.turn(), named(file):
        image = decode(parts, file)
        faces = parts.engines.face.find(image)
    height_px, width_px = image.pixels.shape[:2]
    return FacesAnswer(width_px=width_px, height_px=height_px, faces=FaceAnswer.all_of(faces))


def _assess_face(parts: Parts, image: DecodedImage) -> AssessmentAnswer:
    faces = parts.engines.face.find(image)
    extraction = parts.engines.face.extract(image, largest=True)
    return _answer(
        ProbeFile("face", b""),
        image,
        QualityAnswer.of(extraction.template.quality),
        faces=FaceAnswer.all_of(faces),
    )


def _assess_finger(parts: Parts, file: ProbeFile, image: DecodedImage, capture: Capture) -> AssessmentAnswer:
    extraction = parts.engines.finger.extract(
        image, dpi=capture.dpi, position=file.position, impression=capture.impression
    )
    return _answer(
        file, image, QualityAnswer.of(extraction.template.quality), minutiae=len(extraction.minutiae)
    )


def _assess_slap(parts: Parts, file: ProbeFile, capture: Capture) -> AssessmentAnswer:
    """Judge every finger; the slap is as good as its worst one."""
    image = decode(parts, file)
    slap = SlapAnswer.of_cut(cut_file(parts, file, image, capture))
    qualities = [finger.quality for finger in slap.fingers if finger.quality]
    worst = min(qualities, key=lambda quality: quality.value, default=QualityAnswer(value=0.0, reasons=[]))
    return _answer(file, image, worst, slap=slap)


def _assess_record(file: ProbeFile) -> AssessmentAnswer:
    found = read_foreign_print(file.data, file.position)
    quality = QualityAnswer.of(found.template.quality)
    return _answer(file, drawing_of(found), quality, minutiae=len(found.fingerprint.minutiae))


def _answer(
    file: ProbeFile,
    image: DecodedImage,
    quality: QualityAnswer,
    faces: list[FaceAnswer] | None = None,
    minutiae: int | None = None,
    slap: SlapAnswer | None = None,
) -> AssessmentAnswer:
    height_px, width_px = image.pixels.shape[:2]
    return AssessmentAnswer(
        modality=file.modality,
        position=file.position,
        usable=slap is None or any(finger.usable for finger in slap.fingers),
        quality=quality,
        width_px=width_px,
        height_px=height_px,
        dpi=image.dpi,
        faces=faces,
        minutiae=minutiae,
        slap=slap,
    )
