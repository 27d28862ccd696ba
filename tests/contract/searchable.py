"""What every kind of searchable gallery must do, whether it is in one process or on many machines."""

import pytest

from biometrics.quality import Quality
from biometrics.template import Modality, Template
from matcher.calibration import calibration_for
from matcher.candidates import SearchResult
from matcher.filters import EVERYTHING, TagFilter
from records.database import Database
from records.following import Following
from tests.contract.brute_force import passes, rank, replay
from tests.contract.recorded_feed import RecordedFeed, face_producer

CANDIDATES = 12
FILTERS = (
    EVERYTHING,
    TagFilter(one_of={"state": frozenset({1, 2})}),
    TagFilter(one_of={"state": frozenset({77})}),
)


def probe_of(payload: bytes) -> list[Template]:
    return [Template(Modality.FACE, face_producer(), payload, Quality(1.0))]


def assert_every_answer_true(opened: Following, database: Database, feed: RecordedFeed, rounds: int) -> None:
    """After any changes, every answer is that of comparing everything that was committed before."""
    for _ in range(rounds):
        for _ in range(4):
            feed.change()
        with database.transaction() as session:
            position = opened.catch_up(session)
        assert position == feed.changes[-1].number
        probe = probe_of(feed.vector(near=feed.any_payload()))
        for tag_filter in FILTERS:
            found = opened.gallery.identify(probe, tag_filter, CANDIDATES)
            assert found.gallery_position >= position
            assert_true(found, feed, probe, tag_filter)
        earlier = feed.changes[-5].number
        later = opened.gallery.identify(probe, EVERYTHING, CANDIDATES, added_after=earlier)
        if feed.owner_changed_at <= earlier:  # on another shard a new owner's reference counts as added
            assert_true(later, feed, probe, EVERYTHING, earlier)


def assert_true(
    found: SearchResult,
    feed: RecordedFeed,
    probe: list[Template],
    tag_filter: TagFilter = EVERYTHING,
    added_after: int = 0,
) -> None:
    assert found.complete
    held = [
        reference
        for number, reference in replay(feed.changes, found.gallery_position).values()
        if number > added_after and passes(reference, tag_filter)
    ]
    truth = rank(held, probe, calibration_for)
    rates = dict(truth)
    assert found.references_searched == len(held)
    assert found.subjects_searched == len(rates)
    assert [item.rank for item in found.candidates] == list(range(1, len(found.candidates) + 1))
    assert [item.false_match_rate for item in found.candidates] == pytest.approx(
        [rate for _, rate in truth[:CANDIDATES]], rel=1e-3
    )
    for item in found.candidates:
        assert item.false_match_rate == pytest.approx(rates[item.subject], rel=1e-3)
        assert item.expected_strangers == pytest.approx(item.false_match_rate * len(rates))
