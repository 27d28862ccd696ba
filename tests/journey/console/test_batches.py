"""Batches through the console: sent, followed to the end, read and taken away."""

import zipfile
from pathlib import Path

from playwright.sync_api import expect

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


def test_a_batch_without_probes_is_refused(arrive: Arrive) -> None:
    visitor = arrive("examiner")
    visitor.page.goto("/batches")
    visitor.fill({"name": "Empty", "case_number": "0051/2026"})
    visitor.choose({"purpose": "training"})
    visitor.page.click("text=Start batch")
    expect(visitor.page.locator("#problem")).to_contain_text("probes_missing")
    assert visitor.page.input_value("#name") == "Empty"
