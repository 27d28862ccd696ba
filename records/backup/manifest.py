"""The manifest of a backup: written last, so that it says "complete", and sealed, so that it is believed."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from records.backup.errors import BackupDamaged, BackupIncomplete, BackupKeyMissing, BackupTooNew
from records.backup.places import BackupPlace
from records.backup.sealing import Sealer, unwrap_keys
from records.image_store import key_id, read_keys

FORMAT = 1
NAME = "manifest.json"
_SALT_BYTES = 32


@dataclass(frozen=True)
class BackupFile:
    """A sealed file of the backup: its length and the SHA-256 of what lies there."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class BackedUpTable:
    """One table: its columns in the order of the file, and how many rows it had."""

    name: str
    columns: list[str]
    rows: int
    file: BackupFile


@dataclass(frozen=True)
class BackedUpObjects:
    """The images and videos: one line each in ``file``. ``lost`` were damaged or not there to be copied."""

    count: int
    bytes: int
    lost: int
    file: BackupFile


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        salt: From which the keys of the files are derived, in hexadecimal.
        sealed_with: Id of the image key that opens the files.
        image_keys: Ids of all keys that the installation had for its images.
        wrapped_keys: The image keys under a passphrase; empty when they are kept apart.
        revision: Of the schema.
        audit_number, audit_hash: Head of the audit chain in the snapshot.
    """

    created_at: str
    revision: str
    salt: str
    sealed_with: str
    image_keys: list[str]
    wrapped_keys: dict[str, str]
    tables: list[BackedUpTable]
    sequences: dict[str, int]
    objects: BackedUpObjects
    settings: BackupFile
    audit_number: int
    audit_hash: str
    format: int = field(default=FORMAT)

    def sealer(self, keys: Mapping[bytes, bytes]) -> Sealer:
        """Return what opens the files of this backup.

        Raises:
            BackupKeyMissing: the key is not among these.
        """
        key = keys.get(bytes.fromhex(self.sealed_with))
        if key is None:
            raise BackupKeyMissing(
                "None of the image keys given opens this backup. Set NISHAN_IMAGE_KEY to the key of the "
                "installation that was backed up, or give the passphrase if the backup was made with one."
            )
        return Sealer(key, bytes.fromhex(self.salt))


def new_salt() -> str:
    """Return a fresh salt in hexadecimal."""
    return os.urandom(_SALT_BYTES).hex()


def write_manifest(place: BackupPlace, manifest: Manifest, sealer: Sealer) -> None:
    """Write the manifest with its seal: from now on the backup is complete."""
    plain = asdict(manifest)
    text = json.dumps({**plain, "seal": sealer.mark(plain)}, indent=1) + "\n"
    place.write(NAME, [text.encode()])


def read_manifest(place: BackupPlace, image_keys: str, passphrase: str) -> tuple[Manifest, Sealer, str]:
    """Return the manifest, what opens the files, and the image keys.

    Args:
        image_keys: The keys of this installation, or "" to take those in the backup.
        passphrase: That the keys in the backup were wrapped with, or "".

    Raises:
        BackupIncomplete: there is no manifest: the backup was cut short, or is somewhere else.
        BackupDamaged: the manifest is not what was written.
        BackupTooNew: it has a form that this version does not know.
        BackupKeyMissing: it cannot be opened with what was given.
    """
    found = _read(place)
    seal = str(found.pop("seal", ""))
    manifest = _manifest(found)
    if passphrase and manifest.wrapped_keys:
        image_keys = unwrap_keys(manifest.wrapped_keys, passphrase)
    if not image_keys:
        raise BackupKeyMissing(
            "The backup is encrypted with the image key of its installation: set NISHAN_IMAGE_KEY, or put "
            "the file keys/image_key into the data directory"
            + (", or give the passphrase of the backup." if manifest.wrapped_keys else ".")
        )
    sealer = manifest.sealer(read_keys(image_keys))
    if sealer.mark(found) != seal:
        raise BackupDamaged("The manifest of the backup was altered.")
    return manifest, sealer, image_keys


def is_complete(place: BackupPlace) -> bool:
    """Return whether a backup in this place came to its end."""
    try:
        return any(place.read(NAME))
    except FileNotFoundError:
        return False


def ids_of(image_keys: str) -> list[str]:
    """Return the ids of keys, in order, in hexadecimal."""
    return [key_id(key).hex() for key in read_keys(image_keys).values()]


def _read(place: BackupPlace) -> dict[str, Any]:
    try:
        found = json.loads(b"".join(place.read(NAME)))
    except FileNotFoundError as problem:
        raise BackupIncomplete(
            f"There is no complete backup here: {NAME}, which is written last, is missing. Either the backup "
            "was cut short, or this is not its place."
        ) from problem
    except ValueError as problem:
        raise BackupDamaged(f"{NAME} cannot be read.") from problem
    if not isinstance(found, dict):
        raise BackupDamaged(f"{NAME} cannot be read.")
    return found


def _manifest(found: dict[str, Any]) -> Manifest:
    if found.get("format") != FORMAT:
        raise BackupTooNew("A newer version wrote this backup: restore it with that version.")
    try:
        parts = {
            **found,
            "tables": [BackedUpTable(**_with_file(each)) for each in found["tables"]],
            "objects": BackedUpObjects(**_with_file(found["objects"])),
            "settings": BackupFile(**found["settings"]),
        }
        return Manifest(**{each.name: parts[each.name] for each in fields(Manifest)})
    except (KeyError, TypeError) as problem:
        raise BackupDamaged(f"{NAME} lacks something that it must hold.") from problem


def _with_file(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "file": BackupFile(**found["file"])}
