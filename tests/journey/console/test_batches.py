"""Batches through the console: sent, followed to the end, read and taken away."""

import zipfile
from pathlib import Path

import cv2
from playwright.sync_api import expect

from biometrics.image import ImageLimits, decode_image
from tests.integration.face.transformed import pencil
from tests.journey.console.conftest import Arrive, Enrolled, Images
from tests.journey.console.visitor import PATIENCE_MS


def test_a_batch_runs_to_its_results(
    arrive: Arrive, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    archive = tmp_path / "probes.zip"
    with zipfile.ZipFile(archive, "w") as probes:
        probes.write(images.portrait("obama2"), "known.jpg")
        probes.write(images.portrait("astronaut"), "unknown.png")
        probes.writestr("broken.jpg", b"no image")
    visitor = arrive("examiner")
    visitor.page.goto("/batches")
    visitor.fill({"name": "Week <b>47</b>", "case_number": "0050/2026"})
    visitor.choose({"purpose": "training"})
    visitor.attach({"archive": archive})
    visitor.page.click("text=Start batch")
    visitor.page.wait_for_url("**/batches/*")
    visitor.page.wait_for_selector("text=Download CSV", timeout=PATIENCE_MS)
    assert visitor.heading() == "Week <b>47</b>"
    assert "3 of 3 probes" in visitor.main_text()
    known = visitor.page.locator("tr:has-text('known.jpg')").first
    expect(known).to_contain_text(enrolled.number)
    expect(visitor.page.locator("tr:has-text('broken.jpg')")).to_contain_text("not usable")
    with visitor.page.expect_download() as download:
        visitor.page.click("text=Download CSV")
    assert enrolled.number in Path(download.value.path()).read_text("utf-8")
    known.locator("a:has-text('Open')").click()
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)


def test_a_batch_says_what_its_probes_are_and_what_candidates_had_to_meet(
    arrive: Arrive, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    archive = tmp_path / "probes.zip"
    drawn = pencil(decode_image(images.portrait("obama2").read_bytes(), ImageLimits()).pixels)
    with zipfile.ZipFile(archive, "w") as probes:
        probes.write(images.portrait("astronaut"), "stranger.png")
        probes.write(images.portrait("astronaut"), "slap_right_four.png")
        probes.writestr("drawn.png", cv2.imencode(".png", drawn)[1].tobytes())
        probes.writestr(
            "list.csv", "file,sketch,probe\nstranger.png,,stranger\nslap_right_four.png,,\ndrawn.png,yes,\n"
        )
    visitor = arrive("examiner")
    for number, target in enumerate(("30", "")):
        visitor.page.goto("/batches")
        visitor.fill({"name": f"Kinds {number}", "case_number": "0052/2026"})
        visitor.choose({"purpose": "investigation", "target_fpir": target})
        visitor.attach({"archive": archive})
        visitor.page.click("text=Start batch")
        visitor.page.wait_for_url("**/batches/*")
        visitor.page.wait_for_selector("text=Download CSV", timeout=PATIENCE_MS)
        hand = visitor.page.locator("tr:has-text('slap_right_four')").first
        expect(hand).to_contain_text("not usable")
        drawing = visitor.page.locator("tr:has-text('drawn.png')").first
        if target:
            expect(visitor.page.locator("main")).to_contain_text("one in 1,000")
            expect(visitor.page.locator("tr:has-text('stranger')").first).to_contain_text("nobody meets")
            expect(drawing).to_contain_text("threshold")
        else:
            expect(drawing).to_contain_text("Sketch")
            expect(drawing).to_contain_text("not calibrated")


def test_a_batch_without_probes_is_refused(arrive: Arrive) -> None:
    visitor = arrive("examiner")
    visitor.page.goto("/batches")
    visitor.fill({"name": "Empty", "case_number": "0051/2026"})
    visitor.choose({"purpose": "training"})
    visitor.page.click("text=Start batch")
    expect(visitor.page.locator("#problem")).to_contain_text("probes_missing")
    assert visitor.page.input_value("#name") == "Empty"
