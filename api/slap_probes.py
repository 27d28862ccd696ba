"""A slap that was sent to be searched or judged: taken apart into fingers, all of one person."""

from dataclasses import dataclass

from api.lifespan import Parts
from api.schemas.samples import Capture
from api.uploads import ProbeFile
from biometrics.image import DecodedImage, decode_image
from enroll.content import SampleInput
from enroll.slap_cutting import CutSlap, check_missing, cut_slap
from enroll.small_pictures import small_picture


@dataclass(frozen=True, eq=False)
class SlapProbe:
    """The file of a slap and what was found in it."""

    file: ProbeFile
    cut: CutSlap
    thumbnail: bytes | None
    dpi: float | None

    def finger_files(self) -> list[ProbeFile]:
        """Return the fingers that can be compared, named as if they had been sent one by one."""
        before = self.file.part.partition("slap_")[0]
        return [
            ProbeFile(f"{before}finger_{int(finger.position)}", finger.png)
            for finger in self.cut.fingers
            if finger.template
        ]


def take_apart(parts: Parts, file: ProbeFile, capture: Capture) -> SlapProbe:
    """Cut a slap into fingers.

    Raises:
        InputRejected: the image shows no finger, or none that can be compared.
    """
    image = decode_image(file.data, parts.image_limits)
    cut = cut_file(parts, file, image, capture)
    problems = [finger.problem for finger in cut.fingers if finger.problem]
    if len(problems) == len(cut.fingers):
        raise problems[0]
    return SlapProbe(file, cut, small_picture(image, file.data), capture.dpi or image.dpi)


def cut_file(parts: Parts, file: ProbeFile, image: DecodedImage, capture: Capture) -> CutSlap:
    """Cut the image of a slap into fingers, usable or not."""
    slap = capture.slap(file.slap)
    assert slap is not None
    check_missing([SampleInput(file.data, file.modality, slap=slap, part=file.part)])
    return cut_slap(parts.engines, image, slap, capture.dpi)
