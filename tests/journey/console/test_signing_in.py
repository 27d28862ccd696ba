"""Signing in and out, with the keyboard alone too, and what is refused."""

from playwright.sync_api import expect

from nishan.running_service import RunningService
from tests.journey.console.conftest import Arrive


def test_the_keyboard_alone_signs_in_and_reaches_the_content(arrive: Arrive, service: RunningService) -> None:
    visitor = arrive()
    account = service.accounts["station"]
    visitor.page.goto("/")
    visitor.page.wait_for_url("**/sign-in")
    visitor.page.keyboard.type(account["username"])  # the first field has the focus
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type(account["password"])
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(service.base_url + "/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text("Skip to the content")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#main")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_contain_text("Enrol a person")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/enrol")


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(
    arrive: Arrive, service: RunningService
) -> None:
    visitor = arrive("station")
    (cookie,) = visitor.page.context.cookies()
    assert cookie["httpOnly"] is True
    assert cookie["sameSite"] == "Strict"
    assert visitor.page.evaluate("document.cookie") == ""
    forged = visitor.page.request.post("/sign-out", form={"csrf_token": "0" * 64})
    assert forged.status == 403
    assert "csrf_failed" in forged.text()
    assert visitor.page.goto("/account").ok  # still signed in


def test_a_wrong_password_is_said_in_a_friendly_way(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.page.goto("/sign-in")
    visitor.fill({"username": "nobody-<b>here</b>", "password": "wrong-password"})
    visitor.page.click("main button[type=submit]")
    expect(visitor.page.locator("#problem")).to_contain_text("sign_in_failed")
    expect(visitor.page.locator("#problem")).to_be_focused()
    assert visitor.page.input_value("#username") == "nobody-<b>here</b>"
    assert visitor.page.input_value("#password") == ""


def test_the_page_wanted_is_reached_after_signing_in(arrive: Arrive, service: RunningService) -> None:
    visitor = arrive()
    visitor.page.goto("/persons?text=ravi")
    visitor.page.wait_for_url("**/sign-in?next=*")
    account = service.accounts["supervisor"]
    visitor.fill({"username": account["username"], "password": account["password"]})
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/persons?text=ravi")


def test_signing_in_never_leads_to_another_site(arrive: Arrive, service: RunningService) -> None:
    for elsewhere in ("https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"):
        visitor = arrive()
        visitor.page.goto("/sign-in")
        visitor.page.evaluate("there => document.querySelector('[name=next]').value = there", elsewhere)
        account = service.accounts["auditor"]
        visitor.fill({"username": account["username"], "password": account["password"]})
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_url(service.base_url + "/")


def test_signed_out_means_out(arrive: Arrive) -> None:
    visitor = arrive("investigator")
    visitor.page.click("text=Sign out")
    visitor.page.wait_for_url("**/sign-in?said=out")
    assert "You are signed out" in visitor.main_text()
    visitor.page.goto("/persons")
    visitor.page.wait_for_url("**/sign-in?next=*")


def test_each_role_is_offered_its_own_work(arrive: Arrive) -> None:
    offered = {
        role: arrive(role).page.eval_on_selector_all(
            "nav.main a", "links => links.map(link => link.getAttribute('href'))"
        )
        for role in ("station", "investigator", "administrator", "auditor")
    }
    assert "/enrol" in offered["station"]
    assert "/audit" not in offered["station"]
    assert "/enrol" not in offered["investigator"]
    assert "/batches" in offered["investigator"]
    assert offered["administrator"] == ["/", "/fairness", "/accounts", "/templates", "/calibrations"]
    assert offered["auditor"] == ["/", "/searches", "/videos", "/audit", "/fairness"]


def test_what_a_role_may_not_do_is_refused_on_a_page(arrive: Arrive) -> None:
    visitor = arrive("investigator")
    refused = visitor.page.goto("/audit")
    assert refused is not None
    assert refused.status == 403
    assert visitor.heading() == "Not allowed"
    assert "permission_missing" in visitor.main_text()
    missing = visitor.page.goto("/there-is-no-such-page")
    assert missing is not None
    assert missing.status == 404
    assert visitor.heading() == "Not found"
