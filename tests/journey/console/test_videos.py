"""A video through the console: sent, watched, its faces chosen and searched, and deleted."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from datasets.synthetic.videos import Scene, Walker, write_video
from tests.integration.video.conftest import picture
from tests.journey.console.conftest import Arrive, Enrolled
from tests.journey.console.visitor import PATIENCE_MS, Visitor


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, models_ready: Path) -> Path:
    """One who is enrolled and one who is not pass each other."""
    there = Walker(picture("obama2"), ((0.2, 0.5), (0.8, 0.5)), (230, 250), (0.0, 1.0))
    back = Walker(picture("biden"), ((0.8, 0.5), (0.2, 0.5)), (300, 310))
    return write_video(Scene([there, back], seconds=3.0), tmp_path_factory.mktemp("video") / "corridor.mp4")


def _send(visitor: Visitor, video: Path) -> None:
    visitor.page.goto("/videos")
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0071/2026"})
    visitor.attach({"video": video})
    visitor.page.click("text=Send video")


def test_faces_of_a_video_are_chosen_and_searched(arrive: Arrive, enrolled: Enrolled, clip: Path) -> None:
    visitor = arrive("investigator")
    _send(visitor, clip)
    visitor.page.wait_for_url("**/videos/*")
    visitor.page.wait_for_selector("[data-tracks]", timeout=PATIENCE_MS)
    assert visitor.heading() == "2 faces in the video"
    tracks = visitor.page.locator(".track")
    expect(tracks.first).to_contain_text("0:00")
    for shot in visitor.page.locator(".best img").all():
        shot.scroll_into_view_if_needed()
        expect(shot).to_have_js_property("complete", True)
        assert shot.evaluate("image => image.naturalWidth") > 50
    search = visitor.page.locator("button:has-text('Search')")
    expect(search).to_be_disabled()
    visitor.page.click("text=Tick all")
    expect(visitor.page.locator("[data-chosen]")).to_have_text("2 faces ticked.")
    search.click()
    visitor.page.wait_for_url("**/videos/*searched=2*")
    expect(visitor.page.locator(".track:has-text('Very strong lead')")).to_have_count(1)
    visitor.page.click(".track:has-text('Very strong lead') >> text=Open the search")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    visitor.page.click("text=Search again now")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    visitor.page.click("text=of a video")
    visitor.page.click("summary:has-text('Delete this video')")
    visitor.fill({"reason": "Case <i>closed</i>"})
    visitor.page.once("dialog", lambda dialog: dialog.accept())
    visitor.page.click("button:has-text('Delete')")
    visitor.page.wait_for_url("**/videos")
    assert "corridor.mp4" not in visitor.main_text()


def test_without_scripts_a_video_is_sent_and_a_broken_one_says_why(arrive: Arrive, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x20ftypisom" + bytes(5000))
    visitor = arrive("investigator", scripts=False)
    _send(visitor, broken)
    visitor.page.wait_for_url("**/videos/*")
    expect(visitor.page.locator("main")).to_contain_text("This video cannot be used", timeout=PATIENCE_MS)
    expect(visitor.page.locator("main")).to_contain_text("convert it to MP4")


def test_a_picture_is_refused_where_it_was_chosen(arrive: Arrive, tmp_path: Path) -> None:
    gif = tmp_path / "moving.gif"
    gif.write_bytes(b"GIF89a" + bytes(2000))
    visitor = arrive("investigator")
    _send(visitor, gif)
    expect(visitor.page.locator("#problem")).to_contain_text("An animated GIF is not taken as video")
    assert visitor.page.input_value("#case_number") == "0071/2026"


def test_a_video_without_room_is_refused_before_it_is_sent(arrive: Arrive, tmp_path: Path) -> None:
    video = tmp_path / "long.mp4"
    video.write_bytes(b"\0\0\0\x20ftypisom" + bytes(3_000_000))
    visitor = arrive("investigator")
    visitor.page.goto("/videos")
    form = visitor.page.locator("form[data-room]")
    assert int(form.get_attribute("data-room") or 0) > 10**9
    form.evaluate("form => { form.dataset.room = 1500000; }")
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0072/2026"})
    visitor.attach({"video": video})
    visitor.page.click("text=Send video")
    expect(visitor.page.locator("#problem")).to_contain_text("room for 1.5 MB of videos, this one has 3.0 MB")
