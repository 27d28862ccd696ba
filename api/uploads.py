"""Which parts of a form a request takes: samples named after what they show, and JSON beside them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import ValidationFailed, validation_problem
from api.form_reading import FilePart, PartRepeated, SentForm
from biometrics.fingerprint.examined import ExaminedMinutiae
from biometrics.fingerprint.slaps.positions import SLAP_PARTS, SlapPosition
from biometrics.template import FingerPosition, Modality
from core.errors import InputRejected
from enroll.errors import NoSample
from enroll.parameters import ENROLL

__all__ = [
    "FilePart",
    "FingerPositionUnknown",
    "PartRepeated",
    "ProbeFile",
    "SentForm",
    "UnexpectedPart",
    "check_parts",
    "json_part",
    "require_files",
    "sample_files",
]

MAX_UNKNOWN_FINGERS = ENROLL.capture.unknown_prints_searched
MAX_PHOTOS = ENROLL.capture.photographs_searched

_FINGER = "finger_"
_SLAP = "slap_"

Model = TypeVar("Model", bound=BaseModel)


class UnexpectedPart(InputRejected):
    """The form has a part that this request does not know."""

    code = "unexpected_part"


class FingerPositionUnknown(InputRejected):
    """A file is named after a finger that does not exist."""

    code = "finger_position_unknown"


@dataclass(frozen=True)
class ProbeFile:
    """The bytes of one sample, and which part of the body its part name says it shows.

    Attributes:
        examined: Minutiae that an examiner marked in it; they are searched in place of those found in it.
        is_image: False where the bytes are the examiner's list itself, sent without an image.
    """

    part: str
    data: bytes
    examined: ExaminedMinutiae | None = None
    is_image: bool = True

    @property
    def modality(self) -> Modality:
        """Face or finger, by the part's name, whatever prefix it has."""
        return Modality.FINGER if _FINGER in self.part or self.slap else Modality.FACE

    @property
    def position(self) -> FingerPosition:
        """The finger that the part's name states; UNKNOWN for ``finger_0`` and faces."""
        _, _, number = self.part.partition(_FINGER)
        return FingerPosition(int(number or 0))

    @property
    def slap(self) -> SlapPosition | None:
        """What was pressed down together; None for a face and for a single finger."""
        _, mark, name = self.part.partition(_SLAP)
        return SLAP_PARTS.get(mark + name) if mark else None


def sample_files(
    form: SentForm, others: Iterable[str] = (), prefixes: Iterable[str] = ("",), photos: int = 1
) -> list[ProbeFile]:
    """Return the form's face, finger and slap files, after checking that every part is a known one.

    Args:
        form: What was sent.
        others: Names of the text parts that the request knows.
        prefixes: What may stand before ``face``, ``finger_N`` and the slaps' names.
        photos: How many files named ``face`` are taken.

    Raises:
        FingerPositionUnknown: such as ``finger_11``.
        UnexpectedPart: any other unknown name, so that nothing sent is silently left out.
        PartRepeated: two files for one finger, or too many photographs.
    """
    known = tuple(others)
    for name in form.fields:
        if name not in known:
            raise _unexpected(name)
    seen: dict[str, int] = {}
    for file in form.files:
        _check_part_name(file.part, tuple(prefixes))
        seen[file.part] = seen.get(file.part, 0) + 1
        most = MAX_UNKNOWN_FINGERS if file.part.endswith(f"{_FINGER}0") else 1
        if seen[file.part] > (photos if file.part == "face" else most):
            raise PartRepeated(f"There are too many files named {file.part!r}.", part=file.part)
    return [ProbeFile(file.part, file.read()) for file in form.files]


def check_parts(form: SentForm, fields: Iterable[str], files: Iterable[str]) -> None:
    """Refuse a form with a part that is not among these.

    Raises:
        UnexpectedPart: nothing sent is silently left out.
    """
    known, known_files = tuple(fields), tuple(files)
    for name in form.fields:
        if name not in known:
            raise _unexpected(name)
    for file in form.files:
        if file.part not in known_files:
            raise _unexpected(file.part)


def require_files(files: list[ProbeFile]) -> list[ProbeFile]:
    """Return the files.

    Raises:
        NoSample: there are none.
    """
    if not files:
        raise NoSample("Send at least one file: face, finger_1 to finger_10, or a slap.")
    return files


def json_part(form: SentForm, name: str, model: type[Model]) -> Model:
    """Read one text part as JSON of a schema.

    Raises:
        ValidationFailed: it is missing, no JSON, or does not fit; ``problems`` names each field.
    """
    if name not in form.fields:
        raise ValidationFailed(
            f"Send the part {name!r}: JSON text.", problems=[{"field": name, "message": "missing"}]
        )
    try:
        value: Any = json.loads(form.fields[name])
    except (ValueError, RecursionError):
        raise ValidationFailed(
            f"The part {name!r} is not JSON.", problems=[{"field": name, "message": "not JSON"}]
        ) from None
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        facts = validation_problem([{**error, "loc": (name, *error["loc"])} for error in problem.errors()])
        raise ValidationFailed(facts.detail, **facts.facts) from None


def _check_part_name(part: str, prefixes: tuple[str, ...]) -> None:
    for prefix in sorted(prefixes, key=len, reverse=True):
        name = part.removeprefix(prefix) if part.startswith(prefix) else ""
        if name == "face" or name in SLAP_PARTS:
            return
        if name.startswith(_FINGER):
            _check_position(part, name.removeprefix(_FINGER))
            return
    raise _unexpected(part)


def _check_position(part: str, number: str) -> None:
    if number not in {str(position.value) for position in FingerPosition}:
        raise FingerPositionUnknown(
            f"{part!r} names no finger. Use finger_1 (right thumb) to finger_10 (left little), "
            "or finger_0 when the finger is not known.",
            file=part,
        )


def _unexpected(name: str) -> UnexpectedPart:
    return UnexpectedPart(
        f"The part {name[:60]!r} is not known here. See /docs for the parts.", part=name[:60]
    )
