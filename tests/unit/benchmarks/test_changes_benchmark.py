"""The delay of a change runs from its commit to the first position that includes it."""

import pytest

from benchmarks.scale.changes import _delays


def test_delays_and_changes_never_seen() -> None:
    committed = [(5, 1.0), (6, 1.5), (9, 2.0), (12, 2.1)]
    reached = [[4, 0.9], [6, 1.6], [9, 1.99]]  # the last one before its commit had returned to the writer
    delays, unseen = _delays(committed, reached)
    assert delays == pytest.approx([600, 100, 0])
    assert unseen == 1
