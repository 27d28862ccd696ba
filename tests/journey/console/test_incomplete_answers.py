"""What a page says of an answer that may lack somebody: parts, faces or people that were not searched."""

import zipfile
from pathlib import Path
from uuid import UUID

from playwright.sync_api import expect
from sqlalchemy import update

from nishan.running_service import RunningService
from records.database import Database
from records.tables import SearchRow
from tests.journey.console.conftest import Arrive, Enrolled, Images
from tests.journey.console.test_identifying import ask
from tests.journey.console.visitor import PATIENCE_MS


def _make_incomplete(service: RunningService, search_address: str) -> None:
    """Let a stored search be one of a large, divided gallery with templates of an earlier model."""
    database = Database(service.settings().database_url.get_secret_value(), 1)
    with database.transaction() as session:
        session.execute(
            update(SearchRow)
            .where(SearchRow.id == UUID(search_address.rsplit("/", 1)[-1]))
            .values(
                shards_searched=3,
                shards_total=4,
                outcome={"face_recall": 0.99947, "references_incomparable": 12},
            )
        )
    database.dispose()


def test_an_incomplete_answer_says_what_it_lacks(
    arrive: Arrive, service: RunningService, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("investigator", width=390)
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    ask(visitor, "0052/2026")
    for complaint in ("incomplete", "left out", "quick scan"):
        assert complaint not in visitor.main_text()
    assert "Every face was compared." in visitor.main_text()
    _make_incomplete(service, visitor.page.url)
    visitor.page.reload()
    warnings = visitor.page.locator(".notice.warn")
    expect(warnings.first).to_contain_text("This answer is incomplete.")
    expect(warnings.first).to_contain_text("Only 3 of the 4 parts of the gallery could be searched")
    expect(warnings.nth(1)).to_contain_text("Some enrolled people were left out")
    assert "99.94 of 100 searches find the same best face" in visitor.main_text()
    # before the candidates, where nobody can miss it
    top = visitor.page.locator("#candidate-1").bounding_box()
    for warning in (warnings.first, warnings.nth(1)):
        place = warning.bounding_box()
        assert place is not None
        assert top is not None
        assert place["y"] < top["y"]


def test_a_batch_says_whose_templates_it_could_not_compare(
    arrive: Arrive, service: RunningService, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    archive = tmp_path / "probes.zip"
    with zipfile.ZipFile(archive, "w") as probes:
        probes.write(images.portrait("obama2"), "first.jpg")
        probes.write(images.portrait("obama3"), "second.jpg")
    visitor = arrive("examiner", width=390)
    visitor.page.goto("/batches")
    visitor.fill({"name": "Reach", "case_number": "0053/2026"})
    visitor.choose({"purpose": "training"})
    visitor.attach({"archive": archive})
    visitor.page.click("text=Start batch")
    visitor.page.wait_for_url("**/batches/*")
    visitor.page.wait_for_selector("text=Download CSV", timeout=PATIENCE_MS)
    assert "not compared" not in visitor.main_text()
    first = visitor.page.locator("tr:has-text('first.jpg')")
    _make_incomplete(service, first.locator("a:has-text('Open')").get_attribute("href") or "")
    visitor.page.reload()
    expect(visitor.page.locator(".notice.warn")).to_contain_text("Some enrolled people were left out")
    expect(first).to_contain_text("some people not compared")
    expect(visitor.page.locator("tr:has-text('second.jpg')")).not_to_contain_text("not compared")
