"""Somebody with a browser: signs in, fills forms, and notices everything that the browser complains about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from nishan.running_service import RunningService

PATIENCE_MS = 240_000
"""Workers share the machine with everything else that a test run starts."""

_NOTICE_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violated: " + event.violatedDirective + " " + event.blockedURI);
});
"""
_PAGE_PARTS = ("image", "script", "stylesheet", "font")


@dataclass
class Visitor:
    """One browser window.

    Attributes:
        complaints: Errors and warnings of scripts, broken images, violations of the security policy.
    """

    service: RunningService
    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def arrive(
        cls,
        browser: Browser,
        service: RunningService,
        *,
        width: int = 1280,
        height: int = 800,
        scripts: bool = True,
    ) -> "Visitor":
        """Open a fresh window that knows no cookie."""
        context = browser.new_context(
            base_url=service.base_url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
        )
        visitor = cls(service, context.new_page())
        visitor.page.set_default_timeout(60_000)
        if scripts:
            visitor.page.add_init_script(_NOTICE_VIOLATIONS)
        visitor.page.on("console", visitor._note_message)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("response", visitor._note_response)
        return visitor

    def sign_in(self, role: str) -> None:
        """Sign in as the first account of a role and reach the start page."""
        account = self.service.accounts[role]
        self.page.goto("/sign-in")
        self.page.fill("#username", account["username"])
        self.page.fill("#password", account["password"])
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(self.service.base_url + "/")

    def fill(self, values: Mapping[str, str]) -> None:
        """Type into text fields by their names."""
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)

    def choose(self, values: Mapping[str, str]) -> None:
        """Choose options by the names of their lists."""
        for name, value in values.items():
            self.page.select_option(f"[name={name}]", value)

    def attach(self, files: Mapping[str, Path]) -> None:
        """Choose files by the names of their fields."""
        for name, path in files.items():
            self.page.set_input_files(f"[name={name}]", path)

    def heading(self) -> str:
        """Return the page's heading."""
        return self.page.inner_text("h1")

    def main_text(self) -> str:
        """Return what the page says, without its frame."""
        return self.page.inner_text("main")

    def leave(self) -> None:
        """Close the window."""
        self.page.context.close()

    def _note_message(self, message: ConsoleMessage) -> None:
        # A refused form or check is answered with 4xx, which the browser notes although all is well.
        expected = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _PAGE_PARTS:
            self.complaints.append(f"{response.status} {response.url}")
