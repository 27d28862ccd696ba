"""An administrator takes another face model into use and back again, and wants rates of the own gallery."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from nishan.running_service import RunningService
from tests.integration import own_model
from tests.journey.console.conftest import Arrive, Enrolled, Images
from tests.journey.console.visitor import PATIENCE_MS


def nishan(service: RunningService, *arguments: str, code: int = 0) -> Any:
    """Run a command with --json and return its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "nishan.cli", *arguments, "--json"],
        env=service.environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def best(service: RunningService, photograph: Path) -> str:
    """Return the number of the person that the command line finds for a photograph."""
    case = ("--purpose", "training", "--case", "0070/2026")
    found = nishan(service, "identify", "--face", str(photograph), *case)
    return str(found["candidates"][0]["person"]["number"])


def test_another_model_is_built_switched_to_and_left_again(
    arrive: Arrive, service: RunningService, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("administrator")
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/templates")
    page.select_option("#model", "face:sface")
    page.click("button:has-text('Build')")
    expect(page.locator("#problem")).to_contain_text("nothing_to_rebuild")

    page.select_option("#model", f"face:{own_model.NAME}")
    page.click("button:has-text('Build')")
    switch = page.locator(f"button:has-text('Switch to {own_model.NAME}')")
    expect(switch).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#list ~ ul li", has_text=own_model.NAME).locator("a").click()
    expect(page.locator("[data-progress-text]")).to_contain_text("samples done")
    assert page.locator("progress").get_attribute("value") == page.locator("progress").get_attribute("max")
    page.goto("/templates")
    switch.click()
    expect(page.locator("#problem")).to_contain_text("calibration/face")

    own_model.calibrate(Path(service.environment["NISHAN_MODELS_DIR"]))
    switch.click()
    expect(page.locator("[role=status]")).to_contain_text("Switched")
    state = nishan(service, "templates", "status")
    assert state["modalities"][0]["model"] == own_model.NAME
    assert state["modalities"][0]["share"] == 1.0
    assert best(service, images.portrait("obama2")) == enrolled.number

    refused = nishan(service, "templates", "retire", "sface", code=1)
    assert refused["code"] == "generation_active"
    assert nishan(service, "templates", "rollback", "face")["model"] == "sface"
    assert best(service, images.portrait("obama2")) == enrolled.number
    assert nishan(service, "templates", "failures", own_model.NAME) == {"failures": []}
    checks = nishan(service, "doctor")["checks"]
    assert [check["ok"] for check in checks if check["part"].startswith("templates")] == [True, True]


def test_a_gallery_too_small_for_rates_of_its_own_says_so(arrive: Arrive, enrolled: Enrolled) -> None:
    page = arrive("administrator").page
    page.goto("/calibrations")
    expect(page.locator("figure.rates svg").first).to_be_visible()
    page.click("button:has-text('Fit on this gallery')")
    expect(page.locator("#own ~ ul")).to_contain_text("200", timeout=PATIENCE_MS)
    expect(page.locator("#own ~ ul .badge")).to_have_text("not fitted")
