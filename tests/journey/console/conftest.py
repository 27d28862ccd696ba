"""A browser, a service of the console's own, and one person enrolled through the console."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from biometrics.template import FingerPosition
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger
from nishan.running_service import RunningService
from tests.integration import own_model
from tests.journey.console.visitor import PATIENCE_MS, Visitor

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
NAME = "Ravi <script>alert(1)</script><b>Kumar</b>"
ALIAS = "रवि कुमार"
FIR = "0017"
SEED = 4711

Arrive = Callable[..., Visitor]


@pytest.fixture(scope="package")
def service(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service of these tests' own: the people they enrol would be known to other journeys."""
    models = tmp_path_factory.mktemp("models")
    own_model.install(models, models_ready)
    running = RunningService.start(tmp_path_factory.mktemp("console"), models)
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium: run tests/browser.sh")
    assert found is not None, "no Chromium: run tests/browser.sh"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def arrive(browser: Browser, service: RunningService) -> Iterator[Arrive]:
    """Opens windows, signed in when a role is given; at the end none of them may have complained."""
    visitors: list[Visitor] = []

    def open_window(role: str | None = None, **how: object) -> Visitor:
        visitor = Visitor.arrive(browser, service, **how)  # type: ignore[arg-type]
        visitors.append(visitor)
        if role:
            visitor.sign_in(role)
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.leave()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@dataclass(frozen=True)
class Images:
    """Files to choose in forms."""

    folder: Path

    def portrait(self, name: str) -> Path:
        """Return a public-domain portrait."""
        return portrait(name)

    def finger(self, position: int, impression: int, seed: int = SEED) -> Path:
        """Return one impression of a synthetic finger."""
        path = self.folder / f"{seed}_{position}_{impression}.png"
        if not path.exists():
            path.write_bytes(encode_png(finger(seed, FingerPosition(position), impression)))
        return path


@pytest.fixture(scope="package")
def images(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Portraits and prints."""
    return Images(tmp_path_factory.mktemp("images"))


@dataclass(frozen=True)
class Enrolled:
    """Somebody enrolled through the console."""

    number: str
    enrolment: str
    person: str
    confirmed: str


def fill_enrolment(visitor: Visitor, name: str = NAME, **changes: str) -> None:
    """Fill in the form for a training arrest."""
    visitor.page.goto("/enrol")
    texts = {
        "name": name,
        "name_other": ALIAS,
        "relative_name": "Shyam <i>Lal</i>",
        "age": "38",
        "fir_number": FIR,
        "fir_year": "2026",
        "station_code": "290101",
        "station_name": "Training Station",
        "district": "Training District",
        "act_0": "BNS",
        "section_0": "303(2)",
        "officer_name": "Training Officer",
        "device_id": "TRAINING-1",
        **changes,
    }
    if visitor.page.is_editable("#state_code"):
        texts["state_code"] = "29"
    visitor.fill(texts)
    visitor.choose(
        {
            "sex": "male",
            "relative_relation": "father",
            "lawful_basis": "training",
            "officer_rank": "Sub-Inspector",
        }
    )


def send_enrolment(visitor: Visitor) -> None:
    """Press the button and wait until the enrolment needs somebody or is complete."""
    visitor.page.click("button:has-text('Enrol'):not([type=button])")
    visitor.page.wait_for_url("**/enrolments/*")
    visitor.page.wait_for_selector("[data-progress]", state="detached", timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def enrolled(browser: Browser, service: RunningService, images: Images) -> Enrolled:
    """Somebody enrolled with a photo and three prints."""
    visitor = Visitor.arrive(browser, service)
    visitor.sign_in("station")
    fill_enrolment(visitor)
    visitor.attach({"face": images.portrait("obama")})
    visitor.attach({f"finger_{position}": images.finger(position, 0) for position in (1, 2, 7)})
    send_enrolment(visitor)
    number = visitor.page.inner_text("[data-person-number]", timeout=5_000)
    found = Enrolled(
        number=number,
        enrolment=visitor.page.url,
        person=visitor.page.get_attribute("a:has-text('Open the record')", "href") or "",
        confirmed=visitor.main_text(),
    )
    visitor.leave()
    assert visitor.complaints == []
    return found
