"""What can be searched: a gallery in this process, or one that lies on many machines."""

from collections.abc import Sequence
from typing import Protocol

from biometrics.template import Template
from matcher.calibration import CalibrationSource
from matcher.candidates import SearchResult
from matcher.filters import EVERYTHING, TagFilter


class Searchable(Protocol):
    """A gallery as those see it who search; `matcher.gallery.Gallery` is the plainest one."""

    @property
    def calibrations(self) -> CalibrationSource:
        """Finds the false-match rates of a producer."""
        ...

    @property
    def position(self) -> int:
        """Number of the last change that every search sees."""
        ...

    @property
    def references(self) -> int:
        """Number of searchable references."""
        ...

    @property
    def face_recall(self) -> float:
        """Measured share of face searches whose best face is that of a comparison with every face."""
        ...

    def identify(
        self,
        probe: Sequence[Template],
        tag_filter: TagFilter = EVERYTHING,
        max_candidates: int = 20,
        added_after: int = 0,
    ) -> SearchResult:
        """Return the subjects most like the probe, as `matcher.search.identify` says.

        An answer may lack parts of the gallery; then it says so (`SearchResult.complete`).
        """
        ...
