"""What holds for every template and for where signing in leads."""

import re
from pathlib import Path

import pytest

from api.console.moments import from_local, iso, moment
from api.console.pages.sign_in import own_path
from api.console.rendering import FOLDER, environment, static_path

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_that_the_security_policy_forbids(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert not re.search(r"(?:src|href|action)=\"https?:", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_compile_and_forms_that_change_carry_a_token(template: Path) -> None:
    text = template.read_text("utf-8")
    environment().get_template(template.name)
    forms = re.findall(r"<form method=\"post\" action=\"([^\"]+)\".*?</form>", text, re.S)
    tokens = re.findall(r"<form method=\"post\"(?:(?!</form>).)*?parts\.csrf\(\)", text, re.S)
    assert len(tokens) == len([action for action in forms if action != "/sign-in"])


def test_values_are_escaped() -> None:
    template = environment().from_string("<p title='{{ value }}'>{{ value }}</p>")
    assert "<script" not in template.render(value="'><script>alert(1)</script>")


def test_static_addresses_change_with_the_content() -> None:
    assert re.fullmatch(r"/static/console\.css\?v=[0-9a-f]{12}", static_path("console.css"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://example.org",
        "//example.org",
        "/\\example.org",
        "\\\\example.org",
        "/a\nb",
        "javascript:x",
    ],
)
def test_signing_in_leads_to_the_start_instead_of_elsewhere(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


def test_signing_in_leads_to_the_page_wanted() -> None:
    assert own_path("/persons?text=%E0%A4%B0") == "/persons?text=%E0%A4%B0"


def test_times_are_read_and_written_in_indian_time() -> None:
    moment_entered = from_local("2026-11-21T14:05")
    assert iso(moment_entered) == "2026-11-21T08:35:00+00:00"
    assert moment(moment_entered) == "21 Nov 2026, 14:05 IST"
