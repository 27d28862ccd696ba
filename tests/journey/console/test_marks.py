"""An examiner at the sheet: sees what was found in a mark, corrects it with mouse and keys, and searches."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.journey.console.conftest import Arrive, Enrolled, Images
from tests.journey.console.visitor import Visitor


@pytest.fixture(scope="module")
def mark(images: Images) -> Path:
    """Part of the enrolled right index finger, upside down."""
    path = images.folder / "mark.png"
    with Image.open(images.finger(2, 3)) as whole:
        part = np.asarray(whole.convert("L"))[50:330, 40:310]
    Image.fromarray(np.ascontiguousarray(np.rot90(part, 2))).save(path, dpi=(500, 500))
    return path


def _open_sheet(visitor: Visitor, mark: Path) -> Locator:
    visitor.page.goto("/identify")
    visitor.page.check("#kind-mark")
    visitor.attach({"mark": mark})
    visitor.page.click("text=Check the minutiae")
    sheet = visitor.page.locator("[data-sheet]")
    expect(sheet.locator(".minutia").first).to_be_visible()
    return sheet


def _edited(visitor: Visitor) -> list[dict[str, float]]:
    text = visitor.page.input_value("[name=minutiae]")
    minutiae: list[dict[str, float]] = json.loads(text)["minutiae"] if text else []
    return minutiae


def test_an_examiner_corrects_the_minutiae_and_finds_the_person(
    arrive: Arrive, enrolled: Enrolled, mark: Path
) -> None:
    visitor = arrive("examiner")
    sheet = _open_sheet(visitor, mark)
    page = visitor.page
    found = sheet.locator(".minutia").count()
    assert found >= 8
    assert _edited(visitor) == []
    expect(page.locator("[data-status]")).to_contain_text("Unchanged")
    expect(page.locator(".submit-bar")).to_have_css("position", "static")  # else it covers the sheet's foot

    page.click("[data-tool=add]")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"], steps=4)
    page.mouse.up()
    expect(sheet.locator(".minutia.own")).to_have_count(1)
    added = _edited(visitor)[-1]
    assert abs(added["x"] - 135) < 3
    assert abs(added["y"] - 140) < 3
    assert abs(added["angle_rad"] - np.pi / 2) < 0.05

    page.click("[data-tool=remove]")
    sheet.locator(".minutia:not(.own) .catch").last.click(force=True)
    expect(sheet.locator(".minutia")).to_have_count(found)

    page.click("[data-tool=move]")
    sheet.locator(".minutia.own").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    turned = next(each for each in _edited(visitor) if abs(each["y"] - added["y"]) < 0.01)
    assert turned["x"] == pytest.approx(added["x"] + 1)
    assert turned["angle_rad"] == pytest.approx(added["angle_rad"] + np.pi / 36, abs=1e-3)
    expect(page.locator("[data-status]")).to_contain_text(f"{found} found, 1 added, 1 removed")
    expect(page.locator("[data-status]")).to_contain_text(f"The search will use your {found}")

    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0061/2026"})
    page.click("button:has-text('Search')")
    page.wait_for_url("**/searches/*")
    expect(page.locator("#candidate-1")).to_contain_text(enrolled.number)
    expect(page.locator("main")).to_contain_text(f"{found} minutiae as the examiner marked them")
    page.click("text=Search again now")
    page.wait_for_url("**/searches/*")
    expect(page.locator("main")).to_contain_text(f"{found} minutiae as the examiner marked them")


def test_undo_and_another_file_forget_what_was_changed(arrive: Arrive, images: Images, mark: Path) -> None:
    visitor = arrive("examiner")
    sheet = _open_sheet(visitor, mark)
    found = sheet.locator(".minutia").count()
    sheet.locator(".minutia").first.focus()
    visitor.page.keyboard.press("Delete")
    expect(sheet.locator(".minutia")).to_have_count(found - 1)
    assert len(_edited(visitor)) == found - 1
    visitor.page.click("[data-undo]")
    expect(sheet.locator(".minutia")).to_have_count(found)
    assert _edited(visitor) == []
    visitor.page.locator(".minutia").first.focus()
    visitor.page.keyboard.press("Delete")
    visitor.attach({"mark": images.finger(1, 3)})
    expect(sheet).to_be_hidden()
    assert _edited(visitor) == []
