"""Which references a search may see: conditions on opaque integer tags, all of which must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TagRange:
    """The tag's value lies between two bounds, both included. A reference without the tag fails."""

    lowest: int
    highest: int


@dataclass(frozen=True)
class TagFilter:
    """Conditions that a reference must meet, all of them.

    Attributes:
        one_of: For each tag the allowed values.
        ranges: For each tag the allowed range.
    """

    one_of: Mapping[str, frozenset[int]] = field(default_factory=dict)
    ranges: Mapping[str, TagRange] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether every reference passes."""
        return not self.one_of and not self.ranges


EVERYTHING = TagFilter()
