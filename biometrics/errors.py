"""What can be wrong with a sample, said so that the person who sent it can mend it."""

from core.errors import Defect, InputRejected


class SampleRejected(InputRejected):
    """The sample cannot be turned into a template."""

    code = "sample_rejected"


class ImageEmpty(SampleRejected):
    """No bytes were sent."""

    code = "image_empty"


class ImageUnreadable(SampleRejected):
    """The bytes are no image of a known format, or the image is cut off."""

    code = "image_unreadable"


class ImageTooLarge(SampleRejected):
    """More bytes or more pixels than allowed."""

    code = "image_too_large"


class ImageTooSmall(SampleRejected):
    """Too few pixels to hold a face or a print."""

    code = "image_too_small"


class NoFaceFound(SampleRejected):
    """The detector sees no face."""

    code = "no_face_found"


class SeveralFacesFound(SampleRejected):
    """More than one face: the sender has to choose one."""

    code = "several_faces_found"


class FaceTooSmall(SampleRejected):
    """The eyes are too close together for a reliable template."""

    code = "face_too_small"


class FaceInProfile(SampleRejected):
    """The face is seen from the side: it is kept and shown, but not compared with frontal ones."""

    code = "face_in_profile"


class FaceDrawn(SampleRejected):
    """Lines on paper rather than a photograph; only a search that says so takes a sketch."""

    code = "face_drawn"


class FaceCutOff(SampleRejected):
    """Too much of the face lies beyond the edge of the picture."""

    code = "face_cut_off"


class NoFingerprintFound(SampleRejected):
    """No ridge pattern: blank, uniform, text, or something else."""

    code = "no_fingerprint_found"


class SeveralPrintsFound(SampleRejected):
    """More than one finger's print in an image that should show one."""

    code = "several_prints_found"


class ResolutionUnusable(SampleRejected):
    """The resolution is unknown, too low or too high."""

    code = "resolution_unusable"


class TemplateUnreadable(Defect):
    """Stored template bytes do not have the form their producer promises."""

    code = "template_unreadable"


class TemplateRecordUnreadable(SampleRejected):
    """The bytes are no minutiae record of a known format, or the record is cut off or contradicts itself."""

    code = "template_record_unreadable"


class TemplateRecordUnwritable(SampleRejected):
    """What is to be written does not fit into the fields of the record format."""

    code = "template_record_unwritable"


class TooFewMinutiae(SampleRejected):
    """A template of another system, or an examiner's list, has too few minutiae to be compared."""

    code = "too_few_minutiae"


class MinutiaeInvalid(SampleRejected):
    """An examiner's list of minutiae does not fit its image or contradicts itself."""

    code = "minutiae_invalid"
