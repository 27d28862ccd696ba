"""What a starting service tells the person at the terminal, or the program that reads its output."""

import json
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table


class Announcer:
    """Says what happens: sentences for people, one JSON object per line for programs."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Say one sentence."""
        if self.as_json:
            self._line(event="progress", message=sentence)
        else:
            self.console.print(sentence)

    def ready(self, address: str, accounts: Mapping[str, Mapping[str, str]], file: Path) -> None:
        """Say where the console is and who can sign in."""
        if self.as_json:
            self._line(event="ready", address=address, accounts_file=str(file))
            return
        if accounts:
            table = Table("Role", "User name", "Password", title="Accounts of the first start")
            for role, account in accounts.items():
                table.add_row(role, account["username"], account["password"])
            self.console.print(table)
            self.console.print(f"They are kept in {file} (only this account can read it).")
        self.console.print(f"[bold]The console is ready at {address}[/bold] (Ctrl-C stops everything)")

    def loading_demonstration(self) -> None:
        """Say that people are being enrolled in the background."""
        self.say("Loading the demonstration gallery in the background; the service can be used meanwhile.")

    def demonstration(self, done: int, total: int) -> None:
        """Say how many encounters of the demonstration gallery are enrolled."""
        if self.as_json:
            self._line(event="demonstration", done=done, total=total)
        elif done == total or done % max(1, total // 10) == 0:
            self.console.print(f"Demonstration gallery: {done} of {total} encounters enrolled")

    def _line(self, **event: object) -> None:
        print(json.dumps(event, ensure_ascii=False), flush=True)
