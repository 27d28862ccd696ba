"""Identifying through the console: by photo, by print, without scripts, with the keyboard; and deciding."""

from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.integration.face.transformed import pencil
from tests.journey.console.conftest import FIR, NAME, Arrive, Enrolled, Images
from tests.journey.console.visitor import Visitor


def ask(visitor: Visitor, case_number: str = "0042/2026") -> None:
    """State purpose and case, and search."""
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": case_number})
    visitor.page.click("button:has-text('Search')")
    visitor.page.wait_for_url("**/searches/*")


def test_another_photo_finds_the_person_with_the_record(
    arrive: Arrive, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    ask(visitor)
    first = visitor.page.locator("#candidate-1")
    expect(first).to_contain_text(enrolled.number)
    expect(first).to_contain_text(f"FIR {FIR}/2026")
    expect(first).to_contain_text("Training record")
    expect(first).to_contain_text(NAME)
    expect(first.locator(".odds")).to_contain_text("unrelated people would score this high")
    expect(first).to_contain_text("Expected strangers in this gallery")
    expect(first).to_contain_text("Rarer than was measured")
    assert "The system proposes, people decide" in visitor.main_text()
    for image in first.locator(".compare img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 100


def test_a_threshold_by_false_alarms_is_said_with_the_answer(
    arrive: Arrive, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    visitor.page.click("summary:has-text('Narrow the search')")
    visitor.choose({"target_fpir": "20"})
    ask(visitor, "0044/2026")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    assert "one in 100 may bring a candidate" in visitor.main_text()


def test_two_photos_are_searched_as_one_person(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.page.set_input_files("[name=face]", [images.portrait("obama2"), images.portrait("obama3")])
    expect(visitor.page.locator("[data-summary]")).to_have_text("Ready to send: 2 photos")
    expect(visitor.page.locator("[data-name=face] [data-verdict]")).to_contain_text("2 photos chosen")
    ask(visitor, "0050/2026")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    expect(visitor.page.locator("#candidate-1 tbody tr")).to_have_count(2)


def test_every_chosen_photo_is_shown_and_can_be_taken_out_again(
    arrive: Arrive, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    nobody = tmp_path / "wall.png"
    Image.new("RGB", (400, 400), "grey").save(nobody)
    visitor = arrive("investigator", width=390)
    visitor.page.goto("/identify")
    photos = [images.portrait("obama2"), nobody, images.portrait("obama3")]
    visitor.page.set_input_files("[name=face]", photos * 2)
    box = visitor.page.locator("[data-name=face]")
    tiles = box.locator("[data-chosen] li")
    expect(tiles).to_have_count(6)
    expect(box.locator("[data-verdict]")).to_contain_text("At most 5 are sent together. Remove 1.")
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0051/2026"})
    visitor.page.click("button:has-text('Search')")
    expect(visitor.page.locator("#problem")).to_contain_text("at most 5 are taken together")
    for _ in range(3):
        tiles.last.locator("button").click()
    expect(tiles).to_have_count(3)
    for tile in tiles.all():
        expect(tile.locator("img")).to_have_js_property("complete", True)
        assert tile.locator("img").evaluate("image => image.naturalWidth") > 100
    expect(tiles.nth(1)).to_contain_text("wall.png")
    visitor.page.click("button:has-text('Search')")
    expect(visitor.page.locator("#problem")).to_contain_text("Photograph 2 of 3: ")
    visitor.page.get_by_role("button", name="Remove photo 2, wall.png").click()
    expect(visitor.page.locator("[data-summary]")).to_have_text("Ready to send: 2 photos")
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visitor.page.click("button:has-text('Search')")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    expect(visitor.page.locator("#candidate-1 tbody tr")).to_have_count(2)


def test_a_decision_is_kept_with_its_reason(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama3")})
    ask(visitor, "0043/2026")
    visitor.page.check("#candidate-1 input[value=match]")
    visitor.page.fill("#reason-1", "Same <b>ears</b>")
    visitor.page.click("#candidate-1 button:has-text('Record decision')")
    visitor.page.wait_for_url("**/searches/*decided=1*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text("Same <b>ears</b>")
    visitor.page.goto("/searches?case_number=0043/2026")
    line = visitor.page.locator("tbody tr")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Match")
    line.locator("a").click()
    visitor.page.click("text=Search again now")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    visitor.page.goto("/searches?case_number=0043/2026")
    expect(visitor.page.locator("tbody tr")).to_have_count(2)


def test_prints_and_marks_find_the_person(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("examiner")
    visitor.page.goto("/identify")
    visitor.page.check("#kind-finger")
    expect(visitor.page.locator("[data-name=face]")).to_be_hidden()
    visitor.attach({"finger_0": images.finger(2, 2)})
    ask(visitor)
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    expect(visitor.page.locator("#candidate-1 table")).to_contain_text("Right index")

    visitor.page.goto("/identify")
    visitor.page.check("#kind-mark")
    visitor.attach({"mark": images.finger(1, 3)})
    visitor.choose({"mark_position": "1"})
    ask(visitor)
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    assert "Mark (right thumb)" in visitor.main_text()


def test_files_under_another_heading_are_searched_too_and_a_mark_alone(
    arrive: Arrive, enrolled: Enrolled, images: Images
) -> None:
    visitor = arrive("examiner")
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    note = visitor.page.locator("[data-elsewhere]")
    expect(note).to_be_hidden()
    visitor.page.check("#kind-mark")
    expect(note).to_contain_text("“Face photo”")
    visitor.attach({"mark": images.finger(1, 3)})
    expect(note).to_contain_text("A mark is searched alone")
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0048/2026"})
    visitor.page.click("button:has-text('Search')")
    expect(visitor.page.locator("#problem")).to_contain_text("Remove the mark, or all other files")
    visitor.page.check("#kind-face")
    note.locator("button").click()  # takes the mark away
    expect(note).to_be_hidden()
    visitor.page.check("#kind-finger")
    visitor.attach({"finger_0": images.finger(2, 2)})
    expect(note).to_contain_text("searched too, as the same person")
    expect(visitor.page.locator("[data-summary]")).to_have_text("Ready to send: 1 photo and 1 print")
    ask(visitor, "0048/2026")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
    expect(visitor.page.locator("#candidate-1 table")).to_contain_text("Right index")
    expect(visitor.page.locator("#candidate-1 table")).to_contain_text("Photo")


def test_the_keyboard_alone_searches(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.page.locator("#face").focus()
    visitor.attach({"face": images.portrait("obama2")})  # the file dialogue itself is the system's
    for _ in range(8):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.id") == "purpose":
            break
    visitor.page.keyboard.type("Training")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("0044/2026")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)


def test_it_works_without_scripts(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator", scripts=False)
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    ask(visitor, "0045/2026")
    assert enrolled.number in visitor.page.inner_text("#candidate-1")
    visitor.page.check("#candidate-1 input[value=inconclusive]")
    visitor.page.fill("#reason-1", "The photo is too dark")
    visitor.page.click("#candidate-1 button:has-text('Record decision')")
    assert "Your decision is recorded" in visitor.main_text()


def test_purpose_and_case_number_are_mandatory(arrive: Arrive, images: Images) -> None:
    visitor = arrive("investigator", scripts=False)
    visitor.page.goto("/identify")
    form = visitor.page.locator("form[data-upload]")
    token = form.locator("[name=csrf_token]").get_attribute("value") or ""
    photo = images.portrait("obama2").read_bytes()
    answer = visitor.page.request.post(
        "/identify",
        multipart={
            "csrf_token": token,
            "kind": "face",
            "face": {"name": "obama2.jpg", "mimeType": "image/jpeg", "buffer": photo},
        },
    )
    assert answer.status == 422
    assert "Purpose of the search" in answer.text()
    assert "Case number" in answer.text()


def test_one_of_several_faces_is_searched(
    arrive: Arrive, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": _group(images, tmp_path)})
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0046/2026"})
    visitor.page.click("button:has-text('Search')")
    visitor.page.locator("[data-face-choice]").wait_for()
    boxes = visitor.page.locator(".face-box")
    expect(boxes).to_have_count(2)
    places = [float(box.locator("rect").first.get_attribute("x") or 0) for box in boxes.all()]
    boxes.nth(places.index(min(places))).click()
    visitor.page.click("button:has-text('Search')")
    visitor.page.wait_for_url("**/searches/*")
    expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)


def test_a_sketch_is_searched_without_a_word_of_rates(
    arrive: Arrive, enrolled: Enrolled, images: Images, tmp_path: Path
) -> None:
    drawing = tmp_path / "sketch.png"
    with Image.open(images.portrait("obama2")) as photograph:
        photograph.thumbnail((800, 800))
        drawn = pencil(np.asarray(photograph.convert("RGB"))[:, :, ::-1].copy())
    Image.fromarray(drawn).save(drawing)
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": drawing})
    visitor.choose({"purpose": "investigation"})
    visitor.fill({"case_number": "0049/2026"})
    visitor.page.click("button:has-text('Search')")
    expect(visitor.page.locator("#problem")).to_contain_text("marked as a sketch")
    visitor.page.check("#sketch")
    expect(visitor.page.locator("[data-name=face] [data-verdict]")).to_contain_text("For investigation only")
    visitor.page.click("button:has-text('Search')")
    visitor.page.wait_for_url("**/searches/*")
    assert visitor.heading().startswith("Sketch searched")
    for _ in range(2):
        expect(visitor.page.locator("#candidate-1")).to_contain_text(enrolled.number)
        expect(visitor.page.locator("#candidate-1")).to_contain_text("Not calibrated")
        assert "For investigation only; this answer is no evidence" in visitor.main_text()
        assert "unrelated people would score" not in visitor.main_text()
        assert "Expected strangers" not in visitor.main_text()
        visitor.page.click("text=Search again now")
        visitor.page.wait_for_load_state()
    visitor.page.goto("/searches?case_number=0049/2026")
    expect(visitor.page.locator("tbody tr").first).to_contain_text("Sketch")
    expect(visitor.page.locator("tbody tr").first).to_contain_text("uncalibrated, for investigation only")


def test_a_filter_can_exclude_everybody(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    visitor.page.click("text=Narrow the search")
    visitor.fill({"encounter_from": "1950-01-01", "encounter_to": "1950-01-02"})
    ask(visitor)
    assert visitor.heading().startswith("No lead")
    assert "Nobody was compared" in visitor.main_text()
    assert "recorded from 1950-01-01" in visitor.main_text()


def test_verifying_against_a_number(arrive: Arrive, enrolled: Enrolled, images: Images) -> None:
    visitor = arrive("investigator")
    visitor.page.goto(enrolled.person)
    visitor.page.click("text=Verify this person")
    visitor.attach({"face": images.portrait("obama2")})
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0047/2026"})
    visitor.page.click("button:has-text('Compare')")
    visitor.page.wait_for_selector("text=Strong support")
    assert enrolled.number in visitor.heading()
    visitor.page.goto("/verify")
    visitor.attach({"face": images.portrait("biden")})
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0047/2026", "person_number": enrolled.number})
    visitor.page.click("button:has-text('Compare')")
    visitor.page.wait_for_selector("h2:has-text('support that it is the same person')")
    assert "Strong support" not in visitor.main_text()


def _group(images: Images, folder: Path) -> Path:
    """Return a picture with the enrolled person on the left and somebody else on the right."""
    left, right = (
        Image.open(images.portrait(name)).convert("RGB").resize((480, 600))
        for name in ("obama2", "astronaut")
    )
    together = Image.new("RGB", (960, 600))
    together.paste(left, (0, 0))
    together.paste(right, (480, 0))
    path = folder / "group.jpg"
    together.save(path, quality=95)
    return path


def _portrait(images: Images, name: str) -> Image.Image:
    return Image.open(images.portrait(name)).convert("RGB").resize((480, 600))
