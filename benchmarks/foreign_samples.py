"""Templates of other systems beside images of the same prints: a vendor's files, and MINDTCT run here."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.grey_prints import WORKING_DPI, believed_dpi
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.foreign import print_of_view
from biometrics.image import ImageLimits, decode_image
from biometrics.standards.minutiae_files import read_record, write_record
from biometrics.standards.minutiae_record import (
    ImageGeometry,
    MinutiaeRecord,
    MinutiaKind,
    RecordFormat,
    RecordMinutia,
    RecordView,
)
from biometrics.template import FingerPosition


@dataclass(frozen=True)
class ForeignSamples:
    """One entry per image, in the images' order; None where there is no template or none can be made.

    Attributes:
        defects: How many records show each defect.
        refused: Error code of each record that gave no template, by file name.
    """

    payloads: list[bytes | None]
    defects: dict[str, int]
    refused: dict[str, str]


def read_vendor(folder: Path, images: Sequence[Path]) -> dict[Path, MinutiaeRecord]:
    """Return the vendor's record of each image that has one: ``<image name>.iso`` in ``folder``."""
    files = {image: folder / f"{image.stem}.iso" for image in images}
    return {image: read_record(file.read_bytes()) for image, file in files.items() if file.is_file()}


def stretched_to_image(record: MinutiaeRecord, image: Path) -> MinutiaeRecord:
    """Undo a scaling of the image before extraction: from the stated size to the image's true one."""
    decoded = decode_image(image.read_bytes(), ImageLimits())
    height, width = decoded.pixels.shape[:2]
    return replace(record, views=tuple(_stretched(view, width, height) for view in record.views))


def _stretched(view: RecordView, width: int, height: int) -> RecordView:
    across, down = width / view.geometry.width_px, height / view.geometry.height_px
    minutiae = tuple(
        replace(
            minutia,
            x=minutia.x * across,
            y=minutia.y * down,
            angle_rad=math.atan2(down * math.sin(minutia.angle_rad), across * math.cos(minutia.angle_rad))
            % math.tau,
        )
        for minutia in view.minutiae
    )
    return replace(view, geometry=replace(view.geometry, width_px=width, height_px=height), minutiae=minutiae)


def extract_with_mindtct(
    images: Sequence[Path], dpi: float | None, progress: ProgressLike
) -> dict[Path, MinutiaeRecord]:
    """Return what NBIS's MINDTCT finds, through an ISO/IEC 19794-2:2005 record of our own writing.

    The record that nbis-py 0.1.3 exports itself states no view and no resolution.
    """
    import nbis

    extractors: dict[float, nbis.NbisExtractor] = {}
    records = {}
    for image in progress.track(images, len(images), "MINDTCT"):
        data = image.read_bytes()
        decoded = decode_image(data, ImageLimits())
        stated = believed_dpi(decoded, dpi)
        if stated not in extractors:
            settings = nbis.NbisExtractorSettings(
                min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=stated
            )
            extractors[stated] = nbis.new_nbis_extractor(settings)
        found = extractors[stated].extract_minutiae(data).get()
        scale = WORKING_DPI / stated
        height, width = (round(side * scale) for side in decoded.pixels.shape[:2])
        minutiae = tuple(
            RecordMinutia(
                minutia.x() * scale,
                minutia.y() * scale,
                math.radians(minutia.angle()) % math.tau,
                _kind(minutia.kind().name),
                minutia.reliability(),
            )
            for minutia in sorted(found, key=lambda minutia: -minutia.reliability())[:255]
        )
        geometry = ImageGeometry(width, height, 197, 197)
        view = RecordView(FingerPosition.UNKNOWN, 0, 0, None, geometry, minutiae)
        record = MinutiaeRecord(RecordFormat.ISO_2005, (view,))
        records[image] = read_record(write_record(record))
    return records


def _kind(name: str) -> MinutiaKind:
    return MinutiaKind.BIFURCATION if name == "BIFURCATION" else MinutiaKind.ENDING


def to_templates(records: dict[Path, MinutiaeRecord], images: Sequence[Path], source: str) -> ForeignSamples:
    """Return the template of each image's record."""
    payloads: list[bytes | None] = []
    defects: Counter[str] = Counter()
    refused = {}
    for image in images:
        record = records.get(image)
        payload = None
        if record is not None:
            defects.update({defect.code for defect in record.defects})
            try:
                payload = print_of_view(record, 0, source=source).template.payload
            except SampleRejected as problem:
                refused[image.name] = problem.code
        payloads.append(payload)
    return ForeignSamples(payloads, dict(defects), refused)
