"""A gallery that takes in only the people of some ranges, and can search some of those."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from cluster.placement import range_of
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import Change, ChangeKind, Reference
from matcher.filters import TagFilter
from matcher.gallery import Gallery

RANGE_TAG = "cluster_range"
"""Tag that says in which range the owner of a reference is."""


class RangedGallery(Gallery):
    """What a shard holds: a gallery that lets everybody else's references pass by.

    Args:
        ranges: The ranges whose people it takes in.
        calibrations: Finds the false-match rates of a producer.
    """

    def __init__(self, ranges: frozenset[int], calibrations: CalibrationSource = calibration_for) -> None:
        super().__init__(calibrations=calibrations)
        self.ranges = ranges

    def load(
        self,
        references: Iterable[Reference],
        position: int,
        loaded: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Replace the whole content by those of the references that belong here."""
        super().load(self._own(references), position, loaded)

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in changes; a reference that is (or comes to be) somebody else's is none of ours."""
        super().apply([self._as_ours(change) for change in changes])

    def only(self, ranges: frozenset[int], tag_filter: TagFilter) -> TagFilter:
        """Return the filter that also leaves out people who are searched on another shard."""
        if ranges == self.ranges:
            return tag_filter
        return replace(tag_filter, one_of={**tag_filter.one_of, RANGE_TAG: ranges})

    def _own(self, references: Iterable[Reference]) -> Iterator[Reference]:
        return (_tagged(item) for item in references if range_of(item.subject) in self.ranges)

    def _as_ours(self, change: Change) -> Change:
        if change.kind is ChangeKind.REMOVE or change.reference is None:
            return change
        if range_of(change.reference.subject) in self.ranges:
            return replace(change, reference=_tagged(change.reference))
        return Change(change.number, ChangeKind.REMOVE, change.reference_id)


def _tagged(reference: Reference) -> Reference:
    return replace(reference, tags={**reference.tags, RANGE_TAG: range_of(reference.subject)})
