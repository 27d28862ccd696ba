"""A gallery that only remembers what it was told, to compare with what the records hold."""

from collections.abc import Callable, Iterable, Sequence

from matcher.candidates import Change, ChangeKind, Reference


class RecordingGallery:
    """References by id, and the number of every change applied."""

    def __init__(self) -> None:
        self.position = 0
        self.references: dict[int, Reference] = {}
        self.applied: list[int] = []

    def load(
        self,
        references: Iterable[Reference],
        position: int,
        loaded: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.references = {reference.reference_id: reference for reference in references}
        self.position = position
        loaded(len(self.references))

    def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.number <= self.position:
                continue
            if change.kind is ChangeKind.ADD and change.reference is not None:
                self.references[change.reference_id] = change.reference
            else:
                self.references.pop(change.reference_id, None)
            self.position = change.number
            self.applied.append(change.number)

    def compact(self) -> int:
        return 0
