"""Reads a form: strict UTF-8 text, files kept in memory, sizes checked while it streams, nothing cut off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from core.errors import InputRejected

IN_MEMORY_BYTES = 100_000_000
"""A file of a form is kept in memory up to here. Only a larger batch archive goes to an unnamed temporary
file, in TMPDIR: the operator puts that on an encrypted disk."""

MAX_FILES = 20
MAX_BATCH_FILES = 10_000
MAX_FIELDS = 200


class TextNotUtf8(InputRejected):
    """A text field is not valid UTF-8."""

    code = "text_not_utf8"


class UploadTooLarge(InputRejected):
    """One file is larger than allowed."""

    code = "upload_too_large"


class FormUnreadable(InputRejected):
    """The body is not the form that its headers announce."""

    code = "form_unreadable"


class PartRepeated(InputRejected):
    """A part that may come once came several times."""

    code = "part_repeated"


class Sink(Protocol):
    """Takes in a file as it arrives, in place of memory and disk."""

    def write(self, data: bytes) -> int:
        """Take in the next bytes; may raise to refuse the rest."""


class _SinkFile:
    """A sink in the form of a file: it cannot be read, and closing it changes nothing."""

    def __init__(self, sink: Sink) -> None:
        self.write = sink.write

    def seek(self, offset: int) -> int:
        return offset

    def close(self) -> None:
        pass


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
    sinks: Mapping[str, Sink]
    is_whole = False

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part = self._current_part
        sink = self.sinks.get(part.field_name)
        if part.file is None or sink is None:
            return
        if any(name == part.field_name for name, _ in self.items):
            raise PartRepeated(
                f"The part {part.field_name!r} came twice. Send it once.", part=part.field_name
            )
        part.file.file = cast(BinaryIO, _SinkFile(sink))

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
            number = 1 + sum(name == part.field_name for name, _ in self.items)
            which = (
                f"The file {part.field_name!r}" if number == 1 else f"File {number} named {part.field_name!r}"
            )
            raise UploadTooLarge(
                f"{which} {part.field_name!r} has more than {self.max_file_bytes:,} bytes. Send less.",
                file=part.field_name,
                file_number=number,
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


async def read_form(
    request: Request,
    max_file_bytes: int,
    max_files: int = MAX_FILES,
    sinks: Mapping[str, Sink] | None = None,
) -> SentForm:
    """Read the request's form, multipart or urlencoded.

    Args:
        request: The request; its body must not have been read.
        max_file_bytes: Limit of each file.
        max_files: Limit of their number.
        sinks: Where files of these parts go while they arrive; their `FilePart` cannot be read.

    Raises:
        InputRejected: one of the classes above.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return SentForm(_urlencoded(await request.body()), ())
    if kind != "multipart/form-data":
        raise FormUnreadable("Send the request as multipart/form-data.")
    return await _multipart(request, max_file_bytes, max_files, sinks or {})


async def _multipart(
    request: Request, max_file_bytes: int, max_files: int, sinks: Mapping[str, Sink]
) -> SentForm:
    parser = _StrictParser(request.headers, request.stream(), max_files=max_files, max_fields=MAX_FIELDS)
    parser.max_file_bytes, parser.sinks = max_file_bytes, sinks
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
