"""Slaps in the console: boxes over the fingers at once on the form, later on the pages of the record."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from datasets.synthetic.fingerprints import encode_png
from datasets.synthetic.slaps import slap
from tests.journey.console.conftest import Arrive, Images, fill_enrolment, send_enrolment
from tests.journey.console.visitor import PATIENCE_MS, Visitor

SEED = 4713


def image(images: Images, hand: Hand) -> Path:
    """Return a slap of an invented person."""
    path = images.folder / f"slap_{SEED}_{hand}.png"
    if not path.exists():
        path.write_bytes(encode_png(slap(SEED, SlapKind.FOUR_FINGERS, hand).pixels))
    return path


def verdict(visitor: Visitor, part: str) -> Locator:
    """Return what the form says of a slap."""
    return visitor.page.locator(f"[data-name={part}] [data-verdict]")


def test_a_slap_is_cut_before_the_eyes_and_enrols_its_fingers(arrive: Arrive, images: Images) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Training Slap")
    visitor.attach({"slap_right_four": image(images, Hand.LEFT)})
    expect(verdict(visitor, "slap_right_four")).to_contain_text("other hand", timeout=PATIENCE_MS)
    visitor.attach({"slap_right_four": image(images, Hand.RIGHT)})
    expect(verdict(visitor, "slap_right_four")).to_have_text("4 fingers found", timeout=PATIENCE_MS)
    drawn = visitor.page.locator("[data-name=slap_right_four] .finger-box")
    expect(drawn).to_have_count(4)
    expect(drawn.locator("text")).to_have_text(["Index", "Middle", "Ring", "Little"])
    send_enrolment(visitor)
    assert "Slap of the four right fingers: 4 fingers found" in visitor.main_text()
    expect(visitor.page.locator(".slap .finger-box polygon")).to_have_count(4)
    expect(visitor.page.locator(".cuts img")).to_have_count(4)
    visitor.page.click("text=Receipt to print")
    assert visitor.main_text().count("Slap of the four right fingers") == 1
    assert "Right index" not in visitor.main_text()  # only what was received

    investigator = arrive("investigator")
    investigator.page.goto("/identify")
    investigator.page.check("#kind-finger")
    investigator.page.click("text=I have slaps")
    investigator.attach({"slap_right_four": image(images, Hand.RIGHT)})
    investigator.fill({"case_number": "0017/2026"})
    investigator.choose({"purpose": "training"})
    investigator.page.click("button:has-text('Search'):not([type=button])")
    investigator.page.wait_for_url("**/searches/*", timeout=PATIENCE_MS)
    assert "Training Slap" in investigator.main_text()
    expect(investigator.page.locator(".slap .finger-box")).to_have_count(4)
    investigator.page.click("text=Search again now")
    investigator.page.wait_for_url("**/searches/*", timeout=PATIENCE_MS)
    expect(investigator.page.locator(".slap .finger-box")).to_have_count(4)


def test_a_slap_of_the_other_hand_is_held_back_until_somebody_has_looked(
    arrive: Arrive, images: Images
) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Training Other Hand")
    visitor.attach({"slap_right_four": image(images, Hand.LEFT)})
    send_enrolment(visitor)
    assert "looks like the other hand" in visitor.main_text()
    expect(visitor.page.locator("#hand_checked")).to_be_visible()
    visitor.attach({"slap_left_four": image(images, Hand.LEFT)})
    visitor.page.click("text=Send again")
    visitor.page.wait_for_selector("[data-progress]", state="detached", timeout=PATIENCE_MS)
