"""The kinds of text that requests may hold: bounded, without control characters, otherwise any script."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_LINE_BREAKS = "\n\r\t"


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("holds a control character; send plain text in one line")
    return text


def _several_lines(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in _LINE_BREAKS for character in text):
        raise ValueError("holds a control character; send plain text")
    return text


Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_one_line)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(_one_line)]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_several_lines)
]
StateCode = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
