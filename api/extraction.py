"""From the files of a request to templates; an error says which file it is about."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from api.lifespan import Parts
from api.metrics import EXTRACTION_SECONDS
from api.schemas.marks import MinutiaeAnswer, SearchedMinutiae
from api.schemas.samples import Capture, FaceAnswer
from api.slap_probes import SlapProbe, take_apart
from api.uploads import ProbeFile
from biometrics.errors import SeveralFacesFound
from biometrics.fingerprint.drawing import draw_minutiae
from biometrics.fingerprint.examined import ExaminedMinutiae, template_of
from biometrics.image import DecodedImage, decode_image
from biometrics.template import Impression, Modality, Template
from core.errors import InputRejected
from enroll.examined_marks import check_image, find_in_mark
from enroll.foreign_samples import drawing_of, is_foreign_print, read_foreign_print
from enroll.refused_samples import say_which
from enroll.small_pictures import small_picture

_AS_SENT = Capture()


class CaptureWithoutFile(InputRejected):
    """Capture particulars were given for a file that is not there."""

    code = "capture_without_file"


@dataclass(frozen=True)
class ExtractedProbe:
    """One file and what was extracted from it.

    Attributes:
        thumbnail: None for a finger of a slap, which is stored with the slap, and beside a small file.
        slap: What the finger was cut out of.
    """

    file: ProbeFile
    template: Template
    thumbnail: bytes | None
    impression: Impression | None
    dpi: float | None
    face_index: int | None
    slap: SlapProbe | None = None
    minutiae: SearchedMinutiae | None = None


def extract_all(
    parts: Parts,
    files: Sequence[ProbeFile],
    captures: Mapping[str, Capture],
    face_indexes: Mapping[str, int | None],
) -> list[ExtractedProbe]:
    """Extract every file; a slap becomes several probes, one for each finger that can be compared.

    Args:
        captures: How files were taken, by part name.
        face_indexes: Which face of a photo, by part name.

    Raises:
        InputRejected: a file cannot be used; its fact ``file`` names the part.
    """
    check_captures(files, captures)
    probes: list[ExtractedProbe] = []
    for file in files:
        capture = captures.get(file.part, _AS_SENT)
        with named(file, files), EXTRACTION_SECONDS.labels(file.modality.value).time():
            if file.slap is not None:
                probes += _extract_slap(parts, file, capture)
            else:
                with _one_face_each(files, file):
                    probes.append(_extract(parts, file, capture, face_indexes.get(file.part)))
    return probes


@contextmanager
def _one_face_each(files: Sequence[ProbeFile], file: ProbeFile) -> Iterator[None]:
    """Say of one of several photographs with several faces that no index can choose among them."""
    try:
        yield
    except SeveralFacesFound as several:
        if sum(each.part == file.part for each in files) < 2:
            raise
        raise SeveralFacesFound(
            "It shows several faces. Of several photographs each must show one face only: cut the others out"
            " of this one, or search it by itself."
        ) from several


def decode(parts: Parts, file: ProbeFile) -> DecodedImage:
    """Decode one file within the operator's limits."""
    return decode_image(file.data, parts.image_limits)


@contextmanager
def named(file: ProbeFile, files: Sequence[ProbeFile] = ()) -> Iterator[None]:
    """Add to an error of the block which file it is about, and which of several with its part name.

    Args:
        files: All files that were sent; may be left out where it is one.
    """
    try:
        yield
    except InputRejected as problem:
        sent = files or [file]
        place = next(place for place, each in enumerate(sent) if each is file)
        say_which(problem, [each.part for each in sent], place, file.modality)
        raise


def _extract(parts: Parts, file: ProbeFile, capture: Capture, face_index: int | None) -> ExtractedProbe:
    if file.examined is not None:
        return _extract_examined(parts, file, file.examined)
    if is_foreign_print(file.modality, file.data):
        found = read_foreign_print(file.data, file.position)
        image, template = drawing_of(found), found.template
    else:
        image = decode(parts, file)
        template = _template(parts, file, image, capture, face_index)
    is_face = file.modality is Modality.FACE
    return ExtractedProbe(
        file=file,
        template=template,
        thumbnail=small_picture(image, file.data),
        impression=None if is_face else capture.impression,
        dpi=None if is_face else capture.dpi or image.dpi,
        face_index=face_index,
    )


def _extract_slap(parts: Parts, file: ProbeFile, capture: Capture) -> list[ExtractedProbe]:
    slap = take_apart(parts, file, capture)
    templates = [finger.template for finger in slap.cut.fingers if finger.template]
    return [
        ExtractedProbe(finger, template, None, Impression.PLAIN, slap.dpi, None, slap)
        for finger, template in zip(slap.finger_files(), templates, strict=True)
    ]


def _extract_examined(parts: Parts, file: ProbeFile, examined: ExaminedMinutiae) -> ExtractedProbe:
    """Make the template of an examiner's minutiae; what the service itself finds is kept beside them."""
    template, fingerprint = template_of(examined, file.position)
    automatic = None
    if file.is_image:
        image = decode(parts, file)
        check_image(examined, image)
        automatic = find_in_mark(parts.engines, image, examined.dpi)
    else:
        image = DecodedImage(draw_minutiae(fingerprint), examined.dpi, "JSON")
    return ExtractedProbe(
        file=file,
        template=template,
        thumbnail=small_picture(image, file.data),
        impression=Impression.LATENT,
        dpi=examined.dpi,
        face_index=None,
        minutiae=SearchedMinutiae(
            examined=MinutiaeAnswer.of(examined),
            automatic=MinutiaeAnswer.of(automatic) if automatic else None,
        ),
    )


def _template(
    parts: Parts, file: ProbeFile, image: DecodedImage, capture: Capture, face_index: int | None
) -> Template:
    if file.modality is Modality.FACE:
        return _face_template(parts, image, face_index, sketch=capture.sketch)
    return parts.engines.finger.extract(
        image, dpi=capture.dpi, position=file.position, impression=capture.impression
    ).template


def _face_template(parts: Parts, image: DecodedImage, face_index: int | None, *, sketch: bool) -> Template:
    try:
        return parts.engines.face.extract(image, face_index, sketch=sketch).template
    except SeveralFacesFound as several:
        # the same form as the answer of POST /v1/faces, so that a client needs no second request
        faces = FaceAnswer.all_of(parts.engines.face.find(image))
        raise SeveralFacesFound(
            f"{several.message} Send the photo again with face_index.",
            faces=[face.model_dump() for face in faces],
        ) from None


def check_captures(files: Sequence[ProbeFile], captures: Mapping[str, Capture]) -> None:
    """Refuse capture particulars of a file that was not sent: most likely a name was mistyped."""
    sent = {file.part for file in files}
    for name in captures:
        if name not in sent:
            raise CaptureWithoutFile(
                f"captures names {name[:40]!r}, but no such file was sent.", part=name[:40]
            )
