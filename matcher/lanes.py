"""What one search consists of: each template of the probe on each shelf it is comparable with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition, Template
from matcher.calibration import Calibration
from matcher.comparability import calibrated_as, comparable, needs_thoroughness
from matcher.coverage import ShelfKey
from matcher.filters import TagFilter
from matcher.indexes import Listing, Mask, begin
from matcher.shelf import Shelf

if TYPE_CHECKING:  # a gallery searches by this file
    from matcher.gallery import Gallery


@dataclass(frozen=True)
class Lane:
    """One probe template and a shelf it is searched on."""

    probe_index: int
    template: Template
    key: ShelfKey
    shelf: Shelf
    positions: NDArray[np.int8]
    allowed: Mask | None
    calibration: Calibration
    thorough: bool

    def begin(self) -> Listing:
        """Return what lists the best rows, as many as it is asked for."""
        template = self.template
        return begin(
            self.shelf.index, template.payload, template.position, self.allowed, thorough=self.thorough
        )

    def fits(self, row: int) -> bool:
        """Whether the row may be of the finger that is stated for the template."""
        stated = self.template.position
        # As `matcher.fusion.fits` says; asked tens of thousands of times in a search by ten fingers.
        return not stated or self.positions.item(row) in (FingerPosition.UNKNOWN, stated)


def lanes_of(
    gallery: "Gallery", probe: Sequence[Template], tag_filter: TagFilter, added_after: int
) -> list[Lane]:
    """Pair every template with every shelf it is comparable with."""
    lanes = []
    masks: dict[int, Mask | None] = {}
    for index, template in enumerate(probe):
        for (modality, producer), shelf in sorted(gallery.shelves.items()):
            if modality is not template.modality or not len(shelf):
                continue
            if not comparable(modality, template.producer, producer):
                continue
            if id(shelf) not in masks:
                masks[id(shelf)] = shelf.allowed(tag_filter, added_after)
            measured = calibrated_as(modality, template.producer, producer)
            calibration = gallery.calibrations(modality, measured)
            thorough = needs_thoroughness(modality, template.producer, producer)
            lanes.append(
                Lane(
                    probe_index=index,
                    template=template,
                    key=(modality, producer),
                    shelf=shelf,
                    positions=shelf.positions,
                    allowed=masks[id(shelf)],
                    calibration=calibration,
                    thorough=thorough,
                )
            )
    return lanes
