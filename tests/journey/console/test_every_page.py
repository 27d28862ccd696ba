"""Every page on a small screen: nothing sticks out, nothing is heavy, everything has a name."""

import pytest
from playwright.sync_api import Page

from tests.journey.console.conftest import Arrive, Enrolled, Images
from tests.journey.console.visitor import Visitor

MOST_BYTES = 60_000
MOST_CARRIED = 25_000
MOST_CARRIED_AGAIN = 10_000
PAGES_OF_ROLE = {
    "supervisor": (
        "/",
        "/enrol",
        "/enrolments",
        "/identify",
        "/verify",
        "/searches",
        "/batches",
        "/videos",
        "/persons",
        "/account",
        "/no-such-page",
    ),
    "auditor": ("/", "/audit", "/audit?check=1", "/searches", "/videos", "/fairness?measure=1"),
    "administrator": ("/", "/accounts", "/fairness", "/templates", "/calibrations"),
}
_UNNAMED = """
() => [...document.querySelectorAll("input, select, textarea, button, a[href], img, summary")]
  .filter((element) => element.type !== "hidden")
  .filter((element) => !(element.labels && element.labels.length) && !element.getAttribute("aria-label")
    && !element.textContent.trim() && !element.hasAttribute("alt")
    && !element.querySelector("img[alt]:not([alt=''])"))
  .map((element) => element.outerHTML.slice(0, 120))
"""
_TWICE = """
() => [...document.querySelectorAll("[id]")].map((element) => element.id)
  .filter((id, place, all) => all.indexOf(id) !== place)
"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
_FAINT = """
() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let place = element; place; place = place.parentElement) {
      const colour = getComputedStyle(place).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!text || element.namespaceURI.includes("svg") || !element.checkVisibility()) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 80)}`);
  }
  return faint;
}
"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", list(PAGES_OF_ROLE))
def test_pages_fit_are_light_and_have_names(
    arrive: Arrive, enrolled: Enrolled, role: str, width: int
) -> None:
    visitor = arrive(role, width=width, height=800)
    paths = list(PAGES_OF_ROLE[role])
    if role == "supervisor":
        paths += [enrolled.person, enrolled.enrolment, enrolled.enrolment + "/receipt"]
    for path in paths:
        _check(visitor, path)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_search_fits_is_light_and_has_names(
    arrive: Arrive, enrolled: Enrolled, images: Images, width: int
) -> None:
    visitor = arrive("investigator", width=width, height=800)
    visitor.page.goto("/identify")
    visitor.attach({"face": images.portrait("obama2")})
    visitor.choose({"purpose": "training"})
    visitor.fill({"case_number": "0060/2026"})
    visitor.page.click("button:has-text('Search')")
    visitor.page.wait_for_url("**/searches/*")
    _check(visitor, visitor.page.url)
    _check(visitor, "/sign-in")


def test_the_menu_opens_on_a_small_screen(arrive: Arrive) -> None:
    visitor = arrive("station", width=390, height=844)
    menu = visitor.page.locator("nav.main")
    button = visitor.page.locator(".menu-button")
    assert not menu.is_visible()
    button.click()
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    menu.locator("text=Persons").click()
    visitor.page.wait_for_url("**/persons")


def test_static_files_are_kept_by_the_browser_and_pages_are_not(arrive: Arrive) -> None:
    visitor = arrive("station")
    sheet = visitor.page.get_attribute("link[rel=stylesheet]", "href") or ""
    assert "immutable" in visitor.page.request.get(sheet).headers["cache-control"]
    assert visitor.page.request.get("/persons").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/identify", "/enrol"])
def test_a_slow_line_carries_little(arrive: Arrive, path: str) -> None:
    visitor = arrive(width=360, height=740)
    first_page = _carried(visitor, "/sign-in")
    visitor.sign_in("supervisor")
    first, again = _carried(visitor, path), _carried(visitor, path)
    assert first_page < MOST_CARRIED, f"sign-in took {first_page} bytes"
    assert first < MOST_CARRIED, f"{path} took {first} bytes"
    assert again < MOST_CARRIED_AGAIN, f"{path} took {again} bytes the second time"


def _carried(visitor: Visitor, path: str) -> int:
    """Open a page and return the bytes that came over the line for it, heads included."""
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("Network.enable")
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visitor.page.goto(path)
    visitor.page.wait_for_load_state("networkidle")
    line.detach()
    return round(sum(sizes))


def _check(visitor: Visitor, path: str) -> None:
    page: Page = visitor.page
    answer = page.goto(path)
    assert answer is not None
    assert len(answer.body()) < MOST_BYTES, f"{path} is heavy"
    assert page.evaluate(_TOO_WIDE) <= 0, f"{path} scrolls sideways"
    assert page.evaluate(_UNNAMED) == [], path
    assert page.evaluate(_TWICE) == [], path
    assert page.evaluate(_FAINT) == [], path
    assert page.locator("h1").count() == 1, path
    assert page.locator("main").count() == 1, path
