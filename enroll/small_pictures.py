"""Makes the small picture that is kept beside an image, so that lists need not fetch and decode the whole."""

from biometrics.image import DecodedImage, encode_jpeg
from enroll.parameters import ENROLL


def small_picture(image: DecodedImage, kept: bytes) -> bytes | None:
    """Return an image as a small JPEG, None where the file that is kept is hardly more than that itself.

    Args:
        kept: The file that the image was decoded from.
    """
    capture = ENROLL.capture
    small = max(image.pixels.shape[:2]) <= 2 * capture.thumbnail_side_px
    if small and image.format == "JPEG" and len(kept) <= capture.small_file_bytes:
        return None
    return encode_jpeg(image.pixels, capture.thumbnail_quality, capture.thumbnail_side_px)
