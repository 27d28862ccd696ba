"""Says what is odd about the samples of a search: repeated or mirrored prints, a sketch."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biometrics.template import FingerPosition
from enroll.placement import in_words
from matcher.swaps import Stated


@dataclass(frozen=True)
class Notice:
    """Something that a person should know before judging an answer, and which of the probes it is about."""

    code: str
    message: str
    probe_indices: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {**asdict(self), "probe_indices": list(self.probe_indices)}


SKETCH = Notice(
    "sketch_uncalibrated",
    "The probe is a sketch. Scores of sketches are not calibrated: how many strangers would score as high is"
    " not known, and the first candidate may well be a stranger. For investigation only; this answer is no"
    " evidence against anybody.",
    (0,),
)


def probe_notices(
    probe: Sequence[Stated], repeated: Sequence[Sequence[int]], mirrored: Sequence[int]
) -> list[Notice]:
    """Describe what is odd about the prints of a probe, whoever they are of."""
    notices = [_repeated(probe, places) for places in repeated]
    if mirrored:
        notices.append(
            Notice(
                code="prints_mirrored",
                message="These prints seem to be mirrored: as sent they match nobody, flipped left to right"
                " several match one enrolled person. Scan them again, or flip the images, and search anew.",
                probe_indices=tuple(mirrored),
            )
        )
    return notices


def _repeated(probe: Sequence[Stated], places: Sequence[int]) -> Notice:
    positions = dict.fromkeys(probe[place].position for place in places)
    stated = [in_words(position) for position in positions if position is not FingerPosition.UNKNOWN]
    sent_for = f"The prints sent for the {' and the '.join(stated)}" if len(stated) > 1 else "Several prints"
    return Notice(
        code="same_finger_twice",
        message=f"{sent_for} are of the same finger. They counted as one finger; send a print of each.",
        probe_indices=tuple(places),
    )
