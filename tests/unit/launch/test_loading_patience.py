"""A start waits as long as the gallery grows, and no longer."""

import pytest

from nishan.announcement import Announcer
from nishan.loading_patience import LoadingPatience
from records.loading import Loading


def test_patience_begins_anew_with_each_step_and_ends_without(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    patience, loading = LoadingPatience(180, Announcer(as_json=True)), Loading()
    loading.begin("the records", 1_000_000)
    for done in range(0, 1_000_000, 200_000):
        clock[0] += 100
        assert patience.lasts()
        loading.reached(done)
        patience.heard(f'{{"message": "The gallery is not complete yet ({loading})."}}')
    clock[0] += 100
    patience.heard(f"({loading})")  # nothing new
    assert patience.lasts()
    clock[0] += 100
    assert not patience.lasts()


def test_it_is_said_how_far_the_loading_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    patience = LoadingPatience(180, Announcer(as_json=True))
    for second, done in enumerate(range(10_000, 400_000, 17_000)):
        clock[0] = float(second)
        patience.heard(f"loading {done:,} of 1,000,000 from the records")
    assert capsys.readouterr().out.count("of 1,000,000 references") == 2
