"""Forms: text must be UTF-8, files stay within their limit, and no part is silently left out."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from starlette.requests import Request

from api.errors import ValidationFailed
from api.form_reading import (
    FormUnreadable,
    PartRepeated,
    SentForm,
    TextNotUtf8,
    UploadTooLarge,
    read_form,
)
from api.uploads import (
    FingerPositionUnknown,
    ProbeFile,
    UnexpectedPart,
    json_part,
    require_files,
    sample_files,
)
from biometrics.template import FingerPosition, Modality
from enroll.errors import NoSample


def _request(body: bytes, content_type: str) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", content_type.encode())],
    }
    return Request(scope, receive)


def _read(body: bytes, content_type: str, max_file_bytes: int = 1000) -> SentForm:
    return asyncio.run(read_form(_request(body, content_type), max_file_bytes))


def _sent(
    files: list[tuple[str, bytes]], fields: dict[str, str] | None = None, limit: int = 1000
) -> SentForm:
    parts = [(name, ("name.jpg", data)) for name, data in files]
    parts += [(name, (None, value.encode())) for name, value in (fields or {}).items()]
    request = httpx.Request("POST", "http://x/", files=parts)  # type: ignore[arg-type]
    return _read(request.read(), request.headers["content-type"], limit)


def _raw_text(value: bytes) -> tuple[bytes, str]:
    body = b'--b\r\nContent-Disposition: form-data; name="record"\r\n\r\n' + value + b"\r\n--b--\r\n"
    return body, "multipart/form-data; boundary=b"


class _Small(BaseModel):
    number: int


def test_files_and_text_come_through_unchanged() -> None:
    form = _sent([("face", b"\x00\xff"), ("finger_3", b"three")], {"query": "ಮಂಜು"})
    assert form.fields == {"query": "ಮಂಜು"}
    assert sample_files(form, others=("query",)) == [
        ProbeFile("face", b"\x00\xff"),
        ProbeFile("finger_3", b"three"),
    ]


def test_text_in_another_encoding_is_refused_not_garbled() -> None:
    with pytest.raises(TextNotUtf8):
        _read(*_raw_text("Jos\xe9".encode("latin-1")))


def test_urlencoded_text_in_another_encoding_is_refused() -> None:
    with pytest.raises(TextNotUtf8):
        _read(b"name=Jos%E9", "application/x-www-form-urlencoded")
    assert _read(b"name=Jos%C3%A9", "application/x-www-form-urlencoded").fields == {"name": "José"}


def test_a_form_that_was_cut_off_is_refused() -> None:
    body, content_type = _raw_text(b"text")
    for length in range(1, len(body) - len(b"--\r\n")):
        with pytest.raises(FormUnreadable):
            _read(body[:length], content_type)


def test_a_file_over_the_limit_is_refused_by_name() -> None:
    with pytest.raises(UploadTooLarge) as refused:
        _sent([("finger_2", b"a" * 1001)])
    assert refused.value.facts["file"] == "finger_2"
    assert _sent([("finger_2", b"a" * 1000)]).files[0].size == 1000
    with pytest.raises(UploadTooLarge, match="File 2 named 'face'") as refused:
        _sent([("face", b"a"), ("face", b"a" * 1001)])
    assert refused.value.facts["file_number"] == 2


@pytest.mark.parametrize(
    "name", ["finger_11", "finger_-1", "finger_", "finger_01", "finger_one", "finger_1 "]
)
def test_a_finger_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(FingerPositionUnknown):
        sample_files(_sent([(name, b"x")]))


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(UnexpectedPart):
        sample_files(_sent([("portrait", b"x")]))
    with pytest.raises(UnexpectedPart):
        sample_files(_sent([("face", b"x")], {"querry": "{}"}), others=("query",))


def test_one_file_for_each_named_finger_but_several_unknown_ones() -> None:
    with pytest.raises(PartRepeated):
        sample_files(_sent([("finger_1", b"x"), ("finger_1", b"y")]))
    assert len(sample_files(_sent([("finger_0", b"x"), ("finger_0", b"y")]))) == 2


def test_the_second_side_of_a_verification_has_its_prefix() -> None:
    files = sample_files(_sent([("face", b"x"), ("other_finger_7", b"y")]), prefixes=("", "other_"))
    assert [file.modality for file in files] == [Modality.FACE, Modality.FINGER]
    assert files[1].position is FingerPosition.LEFT_INDEX
    with pytest.raises(UnexpectedPart):
        sample_files(_sent([("other_face", b"x")]))


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(NoSample):
        require_files([])


@pytest.mark.parametrize("text", ["", "{", '{"number": "x"}', "[]", "[" * 100_000])
def test_json_that_does_not_fit_is_refused_with_the_field(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        json_part(SentForm({"query": text}, ()), "query", _Small)
    problems = refused.value.facts["problems"]
    assert isinstance(problems, list)
    assert problems[0]["field"].startswith("query")


def test_a_missing_json_part_is_refused() -> None:
    with pytest.raises(ValidationFailed):
        json_part(SentForm({}, ()), "query", _Small)


def test_json_that_fits_is_read() -> None:
    assert json_part(SentForm({"query": json.dumps({"number": 3})}, ()), "query", _Small).number == 3


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_form_reader(body: bytes) -> None:
    for content_type in (
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ):
        try:
            _read(body, content_type)
        except (FormUnreadable, TextNotUtf8, UploadTooLarge, PartRepeated):
            continue


@given(st.binary(max_size=100))
def test_any_text_is_either_utf8_or_refused(value: bytes) -> None:
    try:
        expected = value.decode("utf-8")
    except UnicodeDecodeError:
        with pytest.raises((TextNotUtf8, FormUnreadable)):
            _read(*_raw_text(value))
        return
    if b"\r\n--b" not in value:
        assert _read(*_raw_text(value)).fields.get("record", "") == expected


def test_slaps_are_prints_under_their_own_names() -> None:
    known = ProbeFile("slap_right_four", b"")
    assert (known.modality, known.slap, known.position) == (Modality.FINGER, 13, FingerPosition.UNKNOWN)
    assert ProbeFile("other_slap_two_thumbs", b"").slap == 15
    assert ProbeFile("finger_3", b"").slap is None
    assert ProbeFile("face", b"").slap is None
