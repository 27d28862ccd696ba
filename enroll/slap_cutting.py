"""From the image of a slap to the images of its fingers, ready to be kept and extracted like any print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from biometrics.errors import SampleRejected
from biometrics.fingerprint.slaps.geometry import RotatedBox
from biometrics.fingerprint.slaps.positions import request_for
from biometrics.fingerprint.slaps.segmenter import SlapFinger, SlapSegmentation, crops, segment
from biometrics.image import DecodedImage, encode_png
from biometrics.template import FingerPosition, Impression, Template
from enroll.engines import Engines
from enroll.errors import MissingFingerUnknown
from records.samples import Slap, SlapFinding


class _Sent(Protocol):
    @property
    def slap(self) -> Slap | None: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True, eq=False)
class CutFinger:
    """One finger of a slap, turned upright.

    Attributes:
        png: The finger alone, without loss, at the slap's resolution.
        box: Where it lay, in pixels of the slap.
        template: None when the finger cannot be used; then ``problem`` says why.
    """

    position: FingerPosition
    image: DecodedImage
    png: bytes
    box: RotatedBox
    ridged: float
    at_edge: bool
    template: Template | None
    problem: SampleRejected | None


@dataclass(frozen=True, eq=False)
class CutSlap:
    """A slap with what was found in it, and its fingers from left to right."""

    slap: Slap
    fingers: tuple[CutFinger, ...]


def cut_slap(
    engines: Engines,
    image: DecodedImage,
    slap: Slap,
    dpi: float | None,
    known: Mapping[FingerPosition, Template] = MappingProxyType({}),
) -> CutSlap:
    """Take a slap apart into fingers, each with its template.

    Args:
        dpi: Resolution as the sender states it; wins over the file's.
        known: Templates that were made of this slap before.

    Raises:
        SampleRejected: there are no fingers to be seen; the message says what to send.
    """
    found = segment(image, request_for(slap.position, slap.missing), dpi=dpi)
    resolution = found.resolution.dpi if found.resolution.stated else None
    fingers = tuple(
        _finger(engines, finger, DecodedImage(pixels, resolution, "PNG"), known.get(finger.position))
        for finger, pixels in zip(found.fingers, crops(image, found), strict=True)
    )
    return CutSlap(replace(slap, finding=_finding(image, found, fingers)), fingers)


def _finger(engines: Engines, found: SlapFinger, image: DecodedImage, known: Template | None) -> CutFinger:
    template, problem = known, None
    try:
        template = (
            known
            or engines.finger.extract(
                image, dpi=image.dpi, position=found.position, impression=Impression.PLAIN
            ).template
        )
    except SampleRejected as rejected:
        problem = rejected
    png = encode_png(image.pixels, image.dpi)
    return CutFinger(found.position, image, png, found.box, found.ridged, found.at_edge, template, problem)


def _finding(image: DecodedImage, found: SlapSegmentation, fingers: Sequence[CutFinger]) -> SlapFinding:
    height_px, width_px = image.pixels.shape[:2]
    return SlapFinding(
        width_px=width_px,
        height_px=height_px,
        hand_confidence=round(found.hand_confidence, 4),
        hand_contradicted=found.hand_contradicted,
        not_found=found.not_found,
        unusable=tuple(finger.position for finger in fingers if finger.template is None),
        unexplained=found.unexplained,
    )


def check_missing(samples: Iterable[_Sent]) -> None:
    """Refuse slaps of which a finger is stated as missing that would not be on them anyway.

    Raises:
        MissingFingerUnknown: most likely the hands were mistaken.
    """
    for sample in samples:
        if sample.slap is None:
            continue
        wrong = [finger for finger in sample.slap.missing if finger not in sample.slap.position.fingers]
        if wrong:
            raise MissingFingerUnknown(
                f"Finger {int(wrong[0])} does not belong on the slap of the {sample.slap.position.in_words}.",
                file=sample.label,
                finger=int(wrong[0]),
            )
