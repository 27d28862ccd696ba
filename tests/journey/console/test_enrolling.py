"""Enrolling through the console: the form, its checks, several faces, people already known, the receipt."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.journey.console.conftest import (
    ALIAS,
    FIR,
    NAME,
    Arrive,
    Enrolled,
    Images,
    fill_enrolment,
    send_enrolment,
)
from tests.journey.console.visitor import PATIENCE_MS


def test_an_enrolment_ends_with_a_number_and_a_receipt(arrive: Arrive, enrolled: Enrolled) -> None:
    assert enrolled.number.startswith("29")
    assert len(enrolled.number) == 10
    visitor = arrive("station")
    visitor.page.goto(enrolled.enrolment)
    assert "Training record" in visitor.main_text()
    expect(visitor.page.locator(".gallery img")).to_have_count(4)
    visitor.page.click("text=Receipt to print")
    receipt = visitor.main_text()
    for expected in (enrolled.number, f"{FIR}/2026", "BNS 303(2)", "Training Officer", NAME, "Right thumb"):
        assert expected in receipt
    assert visitor.page.locator("td.mono").first.inner_text().isalnum()


def test_markup_in_names_is_shown_never_run(arrive: Arrive, enrolled: Enrolled) -> None:
    visitor = arrive("station")
    for address in (
        enrolled.person,
        enrolled.enrolment,
        enrolled.enrolment + "/receipt",
        "/persons?text=Ravi",
    ):
        visitor.page.goto(address)
        assert NAME in visitor.main_text()
        assert visitor.page.locator("main b, main i, main script").count() == 0


def test_quality_is_told_while_the_person_is_still_there(arrive: Arrive, images: Images) -> None:
    visitor = arrive("station")
    visitor.page.goto("/enrol")
    visitor.attach({"face": images.portrait("obama"), "finger_2": images.finger(2, 0)})
    expect(visitor.page.locator("[data-name=face] [data-verdict] progress")).to_be_visible()
    expect(visitor.page.locator("[data-name=finger_2] [data-verdict] progress")).to_be_visible()
    expect(visitor.page.locator("[data-summary]")).to_have_text("Ready to send: 1 photo and 1 print")
    visitor.attach({"finger_2": images.portrait("biden")})
    verdict = visitor.page.locator("[data-name=finger_2] [data-verdict]")
    expect(verdict).to_contain_text("not usable")


def test_a_photo_can_be_taken_with_the_camera(arrive: Arrive) -> None:
    visitor = arrive("station")
    visitor.page.goto("/enrol")
    visitor.page.click("text=Use the camera")
    video = visitor.page.locator("video")
    video.evaluate("video => video.videoWidth || new Promise(done => (video.onloadedmetadata = done))")
    visitor.page.click("text=Take the photo")
    expect(visitor.page.locator("[data-name=face] img")).to_be_visible()
    chosen = visitor.page.evaluate("document.querySelector('#face').files[0].name")
    assert chosen == "camera.jpg"


def test_nothing_entered_is_lost_when_something_is_missing(arrive: Arrive, images: Images) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor)
    visitor.attach({"finger_1": images.finger(1, 0)})
    visitor.page.evaluate("document.querySelector('form[data-upload]').noValidate = true")
    visitor.fill({"name": ""})
    visitor.choose({"sex": ""})
    visitor.page.click("button:has-text('Enrol'):not([type=button])")
    problem = visitor.page.locator("#problem")
    expect(problem).to_contain_text("Full name")
    expect(problem).to_be_focused()
    expect(visitor.page.locator("#name")).to_have_attribute("aria-invalid", "true")
    problem.locator("a:has-text('Sex')").click()
    expect(visitor.page.locator("#sex")).to_be_focused()
    assert visitor.page.input_value("#fir_number") == FIR
    assert visitor.page.evaluate("document.querySelector('#finger_1').files.length") == 1


def test_an_arrest_that_the_law_exempts_is_refused_with_the_reason(arrive: Arrive, images: Images) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, act_0="BNSS", section_0="170")
    visitor.choose({"lawful_basis": "arrested"})
    visitor.attach({"finger_1": images.finger(1, 0)})
    visitor.page.click("button:has-text('Enrol'):not([type=button])")
    problem = visitor.page.locator("#problem")
    expect(problem).to_contain_text("capture_not_permitted")
    expect(problem.locator("a")).to_have_attribute("href", "#act_0")


def test_a_file_that_is_no_image_is_named(arrive: Arrive, tmp_path: Path) -> None:
    text = tmp_path / "not-an-image.png"
    text.write_text("hello")
    visitor = arrive("station")
    fill_enrolment(visitor)
    visitor.attach({"finger_3": text})
    visitor.page.click("button:has-text('Enrol'):not([type=button])")
    expect(visitor.page.locator("#problem")).to_contain_text("Right middle: please take it again")
    expect(visitor.page.locator("#problem")).to_contain_text("image_unreadable")


def test_one_of_several_faces_is_chosen_by_a_click(arrive: Arrive, images: Images, tmp_path: Path) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Group Photo")
    visitor.attach({"face": _two_people(images, tmp_path)})
    visitor.page.click("button:has-text('Enrol'):not([type=button])")
    visitor.page.locator("[data-face-choice]").wait_for()
    expect(visitor.page.locator(".face-box")).to_have_count(2)
    visitor.page.locator(".face-box").nth(1).click()
    assert visitor.page.is_checked("input[name=face_index][value='1']")
    send_enrolment(visitor)
    assert "Group Photo" in visitor.main_text()


def test_somebody_already_known_is_confirmed_by_a_person(
    arrive: Arrive, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Somebody Else", fir_number="0099")
    visitor.attach({"finger_1": images.finger(1, 1), "finger_2": images.finger(2, 1)})
    send_enrolment(visitor)
    assert "may already be known" in visitor.main_text()
    assert enrolled.number in visitor.main_text()
    expect(visitor.page.locator(".compare img")).to_have_count(2)
    visitor.page.check(f"text=Same person: add this arrest to {enrolled.number}")
    visitor.page.fill("#reason", "Same scar on the thumb")
    visitor.page.click("button:has-text('Confirm')")
    visitor.page.wait_for_selector("[data-person-number]", timeout=PATIENCE_MS)
    assert "Already known" in visitor.main_text()
    assert visitor.page.inner_text("[data-person-number]") == enrolled.number
    visitor.page.click("text=Open the record")
    record = visitor.main_text()
    assert "FIR 0099/2026" in record
    assert f"FIR {FIR}/2026" in record
    assert "Somebody Else" in record


def test_the_start_page_shows_what_waits(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Waiting Person", fir_number="0101")
    visitor.attach({"finger_7": images.finger(7, 2)})
    send_enrolment(visitor)
    visitor.page.goto("/")
    waiting = visitor.page.locator("li:has-text('Waiting Person')")
    expect(waiting).to_contain_text("Needs your confirmation")
    waiting.locator("a").click()
    visitor.page.check("text=None of them: enrol as a new person")
    visitor.page.fill("#reason", "A twin, shown by the papers")
    visitor.page.click("button:has-text('Confirm')")
    number = visitor.page.inner_text("[data-person-number]", timeout=PATIENCE_MS)
    assert number != enrolled.number


def test_a_name_in_another_script_finds_the_record(arrive: Arrive, enrolled: Enrolled) -> None:
    visitor = arrive("station")
    visitor.page.goto("/persons")
    visitor.page.fill("#text", ALIAS)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/persons?text=*")
    assert enrolled.number in visitor.main_text()


def _two_people(images: Images, folder: Path) -> Path:
    """Return one picture of two people side by side."""
    first, second = (
        Image.open(images.portrait(name)).convert("RGB").resize((480, 600)) for name in ("biden", "astronaut")
    )
    together = Image.new("RGB", (960, 600))
    together.paste(first, (0, 0))
    together.paste(second, (480, 0))
    path = folder / "two.jpg"
    together.save(path, quality=95)
    return path
