"""From the fields of a form to the requests that the JSON routes take, and back to what is wrong in them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel, ValidationError

from api.console.problems import FieldProblem, ShownProblem, shown
from api.console.visit import Visit
from api.console.words import plain
from api.errors import ValidationFailed, validation_problem
from api.uploads import FilePart, ProbeFile
from biometrics.fingerprint.slaps.positions import SLAP_PARTS, SlapPosition
from core.errors import NishanError

Model = TypeVar("Model", bound=BaseModel)

SLAPS = tuple(SLAP_PARTS)
"""Part names of fingers pressed down together."""

MARK = "mark"
"""Part name of a crime-scene mark; it is searched as a latent print of the stated finger."""


class Values(dict[str, Any]):
    """What a form shows in its fields; a field that was not filled is empty."""

    def __missing__(self, name: str) -> str:
        return ""


class FormIncomplete(ValidationFailed):
    """Fields are missing or hold something else than asked for."""

    code = "validation_failed"

    def __init__(self, fields: Iterable[FieldProblem]) -> None:
        super().__init__("Correct the fields below. Everything else you entered is kept.")
        self.fields = tuple(fields)


def validated(model: type[Model], values: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> Model:
    """Make the request's body of what was entered.

    Args:
        model: The schema of the JSON route.
        values: The body as JSON would hold it.
        labels: For each place in the body, such as ``person.sex``, the form's field and its label.

    Raises:
        FormIncomplete: with the form's fields that have to be corrected.
    """
    try:
        return model.model_validate(values)
    except ValidationError as problem:
        found = validation_problem(list(problem.errors())).facts["problems"]
        assert isinstance(found, list)
        raise FormIncomplete(
            [_field_problem(item["field"], item["message"], labels) for item in found]
        ) from None


def require_fields(fields: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Refuse a form in which one of the named fields is empty.

    Raises:
        FormIncomplete: with each of them.
    """
    missing = [
        FieldProblem(name, label, "Please fill in.") for name, label in names.items() if not fields.get(name)
    ]
    if missing:
        raise FormIncomplete(missing)


def described(error: NishanError, field_of_fact: Mapping[str, tuple[str, str]] | None = None) -> ShownProblem:
    """Describe an error above its form, naming the fields it is about.

    Args:
        error: What was raised.
        field_of_fact: For a field that the records name, the form's field and its label.
    """
    problem = shown(error)
    if isinstance(error, FormIncomplete):
        return replace(problem, title="Something is missing or wrong", fields=error.fields)
    place = (field_of_fact or {}).get(str(error.facts.get("field", "")))
    if place is None:
        return problem
    return replace(problem, fields=(FieldProblem(*place, error.message),))


def form_page(
    visit: Visit,
    template: str,
    key: str,
    title: str,
    values: Values,
    problem: ShownProblem | None,
    http_status: int = 200,
    **more: Any,
) -> Response:
    """Answer with a page that holds a form, filled in as before and with what is wrong in it.

    Args:
        http_status: Of a form with no problem.
    """
    return visit.page(
        template,
        key,
        title,
        problem.status if problem else http_status,
        values=values,
        problem=problem,
        errors=problem.by_field if problem else {},
        **more,
    )


def sample_files(files: Iterable[FilePart], wanted: Iterable[str]) -> list[ProbeFile]:
    """Return the chosen samples among the files; a mark becomes the print of its finger."""
    names = set(wanted)
    return [ProbeFile(file.part, file.read()) for file in files if file.part in names]


def captures(files: Iterable[ProbeFile], fields: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return how the prints among the files were taken, as stated once for all of them."""
    stated: dict[str, Any] = {"impression": fields.get("impression") or "plain"}
    if fields.get("dpi"):
        stated["dpi"] = fields["dpi"]
    return {
        file.part: _slap_capture(file.slap, fields) if file.slap else stated
        for file in files
        if file.part != "face"
    }


def _slap_capture(slap: SlapPosition, fields: Mapping[str, str]) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "missing": [finger for finger in missing_fingers(fields) if finger in slap.fingers],
        "hand_checked": bool(fields.get("hand_checked")),
    }
    if fields.get("dpi"):
        stated["dpi"] = fields["dpi"]
    return stated


def missing_fingers(fields: Mapping[str, str]) -> list[int]:
    """Return the fingers that were ticked as missing or bandaged."""
    return [position for position in range(1, 11) if fields.get(f"missing_{position}")]


def listed(text: str, separators: str = ",;") -> list[str]:
    """Split a field that holds several entries."""
    for separator in separators:
        text = text.replace(separator, "\n")
    return [entry.strip() for entry in text.splitlines() if entry.strip()]


def number(text: str) -> int | str | None:
    """Return a whole number, None when the field is empty, or the text for the schema to refuse."""
    return int(text) if text.isascii() and text.isdigit() else (text or None)


def _field_problem(place: str, message: str, labels: Mapping[str, tuple[str, str]]) -> FieldProblem:
    known = next(
        (labels[prefix] for prefix in sorted(labels, key=len, reverse=True) if place.startswith(prefix)), None
    )
    field, label = known or ("", plain(place.rsplit(".", 1)[-1]))
    return FieldProblem(field, label, _in_words(message))


def _in_words(message: str) -> str:
    if message in ("Field required", "Input should be a valid string") or "at least 1 character" in message:
        return "Please fill in."
    if message.startswith("Input should be '"):
        return "Choose one of the list."
    return message.removeprefix("Value error, ").rstrip(".") + "."
