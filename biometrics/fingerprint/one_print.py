"""Whether an image shows the print of one finger only: two in one template would be a third, invented one."""

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import SeveralPrintsFound
from biometrics.fingerprint.parameters import PresenceParameters
from biometrics.fingerprint.slaps.parameters import SLAPS
from biometrics.fingerprint.slaps.regions import find_regions

Grey = NDArray[np.uint8]


def check_one_print(crop: Grey, parameters: PresenceParameters) -> None:
    """Part the print as a slap is parted, and refuse a second region that is large enough for a finger.

    Whether a region below another is a second fingertip or the first one's next joint cannot be told from
    its outline, so both are refused.

    Args:
        crop: The foreground's box at 500 dpi.

    Raises:
        SeveralPrintsFound: says how to send them.
    """
    if max(crop.shape) < parameters.room_for_two_px:
        return
    regions = find_regions(crop, SLAPS.ridges, SLAPS.regions)
    large = [each for each in regions if each.area_px >= parameters.second_print * regions[0].area_px]
    if len(large) > 1:
        raise SeveralPrintsFound(
            f"{len(large)} prints are to be seen: send each fingertip, without its next joint, as an image of"
            " its own, or send the image as a slap.",
            prints=len(large),
        )
