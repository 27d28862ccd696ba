"""Reading records, erasing one, the audit, the accounts."""

import uuid

from playwright.sync_api import expect

from tests.journey.console.conftest import ALIAS, Arrive, Enrolled, Images, fill_enrolment, send_enrolment


def test_a_record_shows_what_is_known(arrive: Arrive, enrolled: Enrolled) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/persons?text=" + enrolled.number)
    visitor.page.click(f"li:has-text('{enrolled.number}') a")
    record = visitor.main_text()
    for expected in (enrolled.number, "FIR 0017/2026", "Training record", "Shyam <i>Lal</i>", "Father"):
        assert expected in record
    visitor.page.click("text=All particulars >> nth=0")
    assert "Training exercise" in visitor.main_text()
    assert visitor.page.locator("text=Erase this person").count() == 0


def test_nobody_found_is_said(arrive: Arrive) -> None:
    visitor = arrive("investigator")
    visitor.page.goto("/persons?text=<em>Xyzzyq")
    assert "Nobody found for “<em>Xyzzyq”" in visitor.main_text()


def test_a_supervisor_erases_a_record_for_good(arrive: Arrive, images: Images) -> None:
    visitor = arrive("supervisor")
    fill_enrolment(visitor, name="To Be Erased", fir_number="0666")
    visitor.attach({"finger_4": images.finger(4, 0, seed=99)})
    send_enrolment(visitor)
    number = visitor.page.inner_text("[data-person-number]")
    visitor.page.click("text=Open the record")
    record = visitor.page.url
    visitor.page.click("text=Erase this person")
    visitor.page.fill("#reason", "Acquitted, training order 45/2026")
    visitor.page.fill("#number", number)
    visitor.page.click("text=Erase for good")
    assert visitor.heading() == f"Record {number} is erased"
    gone = visitor.page.goto(record)
    assert gone is not None
    assert gone.status == 404
    visitor.page.goto("/persons?text=Erased")
    assert number not in visitor.main_text()


def test_the_auditor_sees_who_did_what_and_checks_the_chain(arrive: Arrive, enrolled: Enrolled) -> None:
    arrive("investigator").page.goto(enrolled.person)
    visitor = arrive("auditor")
    visitor.page.goto("/audit?action=person.read")
    row = visitor.page.locator("tbody tr").first
    expect(row).to_contain_text("investigator")
    expect(row).to_contain_text("Record read")
    visitor.page.click("text=Check the chain")
    expect(visitor.page.locator(".notice.good")).to_contain_text("The chain is intact")
    visitor.page.goto("/audit?since=2999-01-01")
    assert "No row fits" in visitor.main_text()
    visitor.page.goto("/audit?since=never")
    assert "date_unreadable" in visitor.main_text()


def test_the_administrator_keeps_the_accounts(arrive: Arrive) -> None:
    visitor = arrive("administrator")
    username = f"officer.{uuid.uuid4().hex[:8]}"
    visitor.page.goto("/accounts")
    values = {"full_name": "New <b>Officer</b>", "state_code": "29", "password": "a long first password"}
    visitor.fill({"username": username, **{k: v for k, v in values.items() if k != "password"}})
    visitor.page.fill("#password", values["password"])
    visitor.choose({"role": "station"})
    visitor.page.click("text=Create account")
    visitor.page.wait_for_url("**/accounts?said=created")
    row = visitor.page.locator(f"tr:has-text('{username}')")
    expect(row).to_contain_text("New <b>Officer</b>")

    officer = arrive()
    officer.page.goto("/sign-in")
    officer.fill({"username": username, "password": values["password"]})
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_selector("h1:has-text('Good day')")
    officer.page.goto("/account")
    officer.fill({"current_password": values["password"], "new_password": "another long password"})
    officer.page.click("text=Change password")
    officer.page.wait_for_url("**/sign-in?said=password")

    visitor.page.on("dialog", lambda dialog: dialog.accept())
    row.locator("summary").click()
    row.locator("text=Close the account").click()
    visitor.page.wait_for_url("**/accounts?said=closed")
    expect(visitor.page.locator(f"tr:has-text('{username}')")).to_contain_text("closed")


def test_a_weak_password_is_refused_and_the_rest_kept(arrive: Arrive) -> None:
    visitor = arrive("administrator")
    visitor.page.goto("/accounts")
    visitor.page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    visitor.fill({"username": "weak.officer", "full_name": "Weak"})
    visitor.page.fill("#password", "short")
    visitor.choose({"role": "auditor"})
    visitor.page.click("text=Create account")
    expect(visitor.page.locator("#problem")).to_contain_text("password_too_weak")
    assert visitor.page.input_value("#full_name") == "Weak"


def test_an_acquittal_is_recorded_and_a_court_can_keep_the_record(arrive: Arrive, images: Images) -> None:
    visitor = arrive("supervisor")
    fill_enrolment(visitor, name="To Be Released", fir_number="0667")
    visitor.attach({"finger_5": images.finger(5, 0, seed=98)})
    send_enrolment(visitor)
    number = visitor.page.inner_text("[data-person-number]")
    visitor.page.click("text=Open the record")
    visitor.page.click("summary:has-text('How the case ended')")
    visitor.page.select_option("#disposal-1", "acquitted")
    visitor.page.fill("#on-1", "2999-09-01")
    assert not visitor.page.locator("#on-1").evaluate("field => field.checkValidity()")
    visitor.page.locator("#on-1").evaluate("field => field.removeAttribute('max')")
    visitor.page.click("text=Save the outcome")
    expect(visitor.page.locator("#problem")).to_contain_text("Correct the date of the disposal")
    visitor.page.click("summary:has-text('How the case ended')")
    visitor.page.select_option("#disposal-1", "acquitted")
    visitor.page.fill("#on-1", "2026-09-01")
    visitor.page.check("#final-1")
    visitor.page.click("text=Save the outcome")
    expect(visitor.page.locator(".timeline")).to_contain_text("Acquitted on 1 Sep 2026, final")
    record = visitor.page.url
    visitor.page.goto("/destruction-due")
    visitor.page.click(f"text={number}")
    assert visitor.page.url == record

    visitor.page.click("summary:has-text('Note a direction')")
    visitor.fill({"court": "High Court", "order_number": "WP 1/2026", "hold_reason": "Appeal pending"})
    visitor.page.click("button:has-text('Keep the record')")
    expect(visitor.page.locator(".notice")).to_contain_text(["High Court, WP 1/2026"])
    assert visitor.page.locator("text=Erase this person").count() == 0
    visitor.page.goto("/destruction-due")
    assert number not in visitor.main_text()


def test_particulars_are_corrected_once_and_not_over_somebody_elses_change(
    arrive: Arrive, images: Images
) -> None:
    visitor = arrive("station")
    fill_enrolment(visitor, name="Misspelt Nmae", fir_number="0668")
    visitor.attach({"finger_6": images.finger(6, 0, seed=97)})
    send_enrolment(visitor)
    visitor.page.click("text=Open the record")
    record = visitor.page.url
    late = arrive("supervisor")
    late.page.goto(record + "/edit")

    visitor.page.click("text=Correct the particulars")
    assert visitor.page.input_value("#aliases") == ALIAS
    visitor.fill({"name": "Misspelt Name", "marks": "scar on the left wrist\ntattoo", "birth_year": "1987"})
    visitor.page.click("text=Save")
    visitor.page.wait_for_url(record)
    text = visitor.main_text()
    for expected in ("Misspelt Name", ALIAS, "scar on the left wrist", "1987"):
        assert expected in text
    assert "Nmae" not in text

    late.fill({"name": "Another"})
    late.page.click("text=Save")
    expect(late.page.locator("#problem")).to_contain_text("changed since you read it")
    assert late.page.input_value("#name") == "Another"
