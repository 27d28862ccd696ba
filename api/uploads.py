"""What arrives in a form: strict UTF-8 text, files kept in memory, names and sizes checked on the way."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.errors import ValidationFailed, validation_problem
from biometrics.template import FingerPosition, Modality
from core.errors import InputRejected
from enroll.errors import NoSample

IN_MEMORY_BYTES = 100_000_000
"""A file of a form is kept in memory up to here. Only a larger batch archive goes to an unnamed temporary
file, in TMPDIR: the operator puts that on an encrypted disk."""

MAX_FILES = 20
MAX_BATCH_FILES = 10_000
MAX_FIELDS = 200
MAX_UNKNOWN_FINGERS = 10
_FINGER = "finger_"

Model = TypeVar("Model", bound=BaseModel)


class TextNotUtf8(InputRejected):
    """A text field is not valid UTF-8."""

    code = "text_not_utf8"


class UploadTooLarge(InputRejected):
    """One file is larger than allowed."""

    code = "upload_too_large"


class FormUnreadable(InputRejected):
    """The body is not the form that its headers announce."""

    code = "form_unreadable"


class UnexpectedPart(InputRejected):
    """The form has a part that this request does not know."""

    code = "unexpected_part"


class PartRepeated(InputRejected):
    """A part that may come once came several times."""

    code = "part_repeated"


class FingerPositionUnknown(InputRejected):
    """A file is named after a finger that does not exist."""

    code = "finger_position_unknown"


@dataclass(frozen=True)
class FilePart:
    """One file of a form, open until the request is answered."""

    part: str
    filename: str
    size: int
    file: BinaryIO

    def read(self) -> bytes:
        """Return the whole content."""
        self.file.seek(0)
        return self.file.read()


@dataclass(frozen=True)
class ProbeFile:
    """The bytes of one sample, and which part of the body its part name says it shows."""

    part: str
    data: bytes

    @property
    def modality(self) -> Modality:
        """Face or finger, by the part's name, whatever prefix it has."""
        return Modality.FINGER if _FINGER in self.part else Modality.FACE

    @property
    def position(self) -> FingerPosition:
        """The finger that the part's name states; UNKNOWN for ``finger_0`` and faces."""
        _, _, number = self.part.partition(_FINGER)
        return FingerPosition(int(number or 0))


@dataclass(frozen=True)
class SentForm:
    """The parts of a form in the order sent."""

    fields: Mapping[str, str]
    files: tuple[FilePart, ...]

    def close(self) -> None:
        """Release the memory and temporary files of the uploads."""
        for file in self.files:
            file.file.close()


class _StrictParser(MultiPartParser):
    """Starlette's parser, without its three silent habits.

    It reads text that is not UTF-8 as Latin-1, which would store a garbled name; it takes a form
    that was cut off on its way for a whole one; and it writes every file above 1 MB to disk,
    unencrypted.
    """

    max_file_bytes: int
    is_whole = False

    def on_end(self) -> None:
        self.is_whole = True

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        super().on_part_data(data, start, end)
        if self._current_part.file is not None:
            self._count_file_bytes(end - start)

    def _count_file_bytes(self, more: int) -> None:
        part = self._current_part
        received = getattr(part, "received", 0) + more
        part.received = received  # type: ignore[attr-defined]
        if received > self.max_file_bytes:
            raise UploadTooLarge(
                f"The file {part.field_name!r} has more than {self.max_file_bytes:,} bytes. Send less.",
                file=part.field_name,
                limit_bytes=self.max_file_bytes,
            )

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            strict_text(bytes(self._current_part.data), self._current_part.field_name)
        super().on_part_end()


def strict_text(data: bytes, field: str) -> str:
    """Decode UTF-8.

    Raises:
        TextNotUtf8: the bytes are something else.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise TextNotUtf8(
            f"The text of {field!r} is not valid UTF-8. Send all text in UTF-8.", field=field
        ) from None


async def read_form(request: Request, max_file_bytes: int, max_files: int = MAX_FILES) -> SentForm:
    """Read the request's form, multipart or urlencoded.

    Args:
        request: The request; its body must not have been read.
        max_file_bytes: Limit of each file.
        max_files: Limit of their number.

    Raises:
        InputRejected: one of the classes above.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return SentForm(_urlencoded(await request.body()), ())
    if kind != "multipart/form-data":
        raise FormUnreadable("Send the request as multipart/form-data.")
    return await _multipart(request, max_file_bytes, max_files)


async def _multipart(request: Request, max_file_bytes: int, max_files: int) -> SentForm:
    parser = _StrictParser(request.headers, request.stream(), max_files=max_files, max_fields=MAX_FIELDS)
    parser.max_file_bytes = max_file_bytes
    parser.spool_max_size = min(max_file_bytes, IN_MEMORY_BYTES)
    try:
        form = await parser.parse()
    except MultiPartException as problem:
        raise FormUnreadable(f"The form cannot be read: {problem.message}") from problem
    if not parser.is_whole:
        await form.close()
        raise FormUnreadable("The form was cut off on its way. Send it again.")
    fields: dict[str, str] = {}
    files: list[FilePart] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and not value.filename and not value.size:
            continue  # a browser's file field that was left empty
        if isinstance(value, UploadFile):
            files.append(FilePart(name, value.filename or "", value.size or 0, value.file))
        elif name in fields:
            raise PartRepeated(f"The part {name!r} came twice. Send it once.", part=name)
        else:
            fields[name] = value
    return SentForm(fields, tuple(files))


def _urlencoded(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise TextNotUtf8("The form's text is not valid UTF-8. Send all text in UTF-8.") from None
    except ValueError:
        raise FormUnreadable(f"The form has more than {MAX_FIELDS} fields.") from None
    return dict(pairs)


def sample_files(
    form: SentForm, others: Iterable[str] = (), prefixes: Iterable[str] = ("",)
) -> list[ProbeFile]:
    """Return the form's face and finger files, after checking that every part is a known one.

    Args:
        form: What was sent.
        others: Names of the text parts that the request knows.
        prefixes: What may stand before ``face`` and ``finger_N``.

    Raises:
        FingerPositionUnknown: such as ``finger_11``.
        UnexpectedPart: any other unknown name, so that nothing sent is silently left out.
        PartRepeated: two files for one finger or two faces.
    """
    known = tuple(others)
    for name in form.fields:
        if name not in known:
            raise _unexpected(name)
    seen: dict[str, int] = {}
    for file in form.files:
        _check_part_name(file.part, tuple(prefixes))
        seen[file.part] = seen.get(file.part, 0) + 1
        if seen[file.part] > (MAX_UNKNOWN_FINGERS if file.part.endswith(f"{_FINGER}0") else 1):
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
        raise NoSample("Send at least one file: face, or finger_1 to finger_10.")
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
        if name == "face":
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
