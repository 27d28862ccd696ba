"""A print that came as another system's minutiae record instead of an image."""

from biometrics.fingerprint.drawing import draw_minutiae
from biometrics.fingerprint.foreign import ForeignPrint, print_of_finger
from biometrics.image import DecodedImage
from biometrics.standards.minutiae_files import is_minutiae_record, read_record
from biometrics.template import FingerPosition, Modality

RECORD = "FMR"
WORKING_DPI = 500.0


def is_foreign_print(modality: Modality, data: bytes) -> bool:
    """Whether a sample sent as a finger is a minutiae record."""
    return modality is Modality.FINGER and is_minutiae_record(data)


def read_foreign_print(data: bytes, position: FingerPosition) -> ForeignPrint:
    """Return the template of the record's view of that finger.

    Raises:
        TemplateRecordUnreadable, TooFewMinutiae: the message says what to send instead.
    """
    return print_of_finger(read_record(data), position)


def drawing_of(found: ForeignPrint) -> DecodedImage:
    """Return a picture of the minutiae, to stand where the image of a print would."""
    return DecodedImage(draw_minutiae(found.fingerprint), WORKING_DPI, RECORD)
