"""Which settings go into a backup for reference, and how they are written down after a restore."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.settings import Settings
from nishan.errors import ArgumentInvalid
from nishan.private_files import write_private
from records.parameters import ACCOUNTS

FILE_NAME = "restored_settings.env"


def kept_settings(chosen: Settings) -> dict[str, Any]:
    """Return all settings that are no secrets, in JSON's types."""
    secret = {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    return chosen.model_dump(mode="json", exclude=secret)


def write_settings(kept: dict[str, Any], chosen: Settings, data_dir: Path) -> list[str]:
    """Write the settings of a backup where the operator finds them; return the names of those that differ.

    They are not taken over: they name places of another machine, and the environment is the operator's.
    """
    lines = [f"NISHAN_{name.upper()}={value}" for name, value in sorted(kept.items())]
    write_private(data_dir / FILE_NAME, "\n".join(lines) + "\n")
    here = kept_settings(chosen)
    return sorted(f"NISHAN_{name.upper()}" for name in kept if name in here and kept[name] != here[name])


def require_strong(passphrase: str) -> None:
    """Refuse a passphrase that can be guessed from a stolen backup.

    Raises:
        ArgumentInvalid: it is too short.
    """
    if passphrase and len(passphrase) < ACCOUNTS.shortest_password:
        raise ArgumentInvalid(f"Choose a passphrase of at least {ACCOUNTS.shortest_password} characters.")
