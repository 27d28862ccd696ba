"""The description of the API for programs: forms, errors, sign-in, beside what FastAPI finds itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.schemas.batches import BatchBody
from api.schemas.enrolments import CapturedFiles, EnrolmentRecord
from api.schemas.marks import MinutiaeBody
from api.schemas.searches import SearchQuery, VerificationQuery
from api.schemas.shape import ProblemAnswer
from api.schemas.videos import VideoBody
from api.security import SESSION_COOKIE
from biometrics.fingerprint.slaps.positions import SlapPosition
from biometrics.template import FingerPosition

NO_SIGN_IN: dict[str, Any] = {"security": []}

SAMPLE_FILES: Mapping[str, str] = {
    "face": "Photo of the face.",
    **{
        f"finger_{position.value}": f"Print of the {position.name.lower().replace('_', ' ')}."
        for position in FingerPosition
        if position is not FingerPosition.UNKNOWN
    },
    **{
        slap.part: f"Slap of the {slap.in_words}, pressed down together (position code {slap.value})."
        for slap in SlapPosition
    },
}

MINUTIAE_FILES: Mapping[str, str] = {
    f"minutiae_{position.value}": "Minutiae of finger_"
    f"{position.value} as an examiner marked them: JSON as of MinutiaeBody, with or without the image."
    for position in FingerPosition
}

_FORM_MODELS: tuple[type[BaseModel], ...] = (
    CapturedFiles,
    EnrolmentRecord,
    SearchQuery,
    VerificationQuery,
    BatchBody,
    VideoBody,
    MinutiaeBody,
    ProblemAnswer,
)
_REF = "#/components/schemas/{model}"

_DESCRIPTION = """\
Enrol persons with face and fingerprints, ask who an unknown person is, read the records behind the answer.

The service proposes ranked candidates; people decide. Sign in with `POST /v1/tokens` and send
`Authorization: Bearer TOKEN`. Every error is `application/problem+json` with a stable `code`.
"""

_PROBLEMS: Mapping[int, str] = {
    401: "Not signed in, or the token is over.",
    403: "The account's role, state or the stated purpose does not allow this.",
    404: "Does not exist, or not for this account.",
    409: "Contradicts what is stored.",
    413: "The upload is too large.",
    422: "What was sent cannot be used; the detail says what to do.",
    503: "A part is down or busy; Retry-After says when to try again.",
}

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemAnswer")}}},
    }
    for status, text in _PROBLEMS.items()
}


def multipart(
    files: Mapping[str, str],
    json_parts: Mapping[str, str] | None = None,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    required: Sequence[str] = (),
) -> dict[str, Any]:
    """Describe a form for a route's ``openapi_extra``.

    Args:
        files: Part name to description.
        json_parts: Text part name to the name of the schema of its JSON.
        fields: Text part name to its schema.
    """
    properties: dict[str, Any] = {
        **{name: {"$ref": _REF.format(model=model)} for name, model in (json_parts or {}).items()},
        **(fields or {}),
        **{
            name: {"type": "string", "contentMediaType": "application/octet-stream", "description": text}
            for name, text in files.items()
        },
    }
    content = {
        "schema": {"type": "object", "properties": properties, "required": list(required)},
        "encoding": {name: {"contentType": "application/json"} for name in json_parts or {}},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": content}}}


def install(app: FastAPI) -> None:
    """Make the application describe itself with the additions of this file."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _describe(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title="nishan", version=app.version, description=_DESCRIPTION, routes=app.routes
    )
    components = description.setdefault("components", {})
    _, defined = models_json_schema([(model, "validation") for model in _FORM_MODELS], ref_template=_REF)
    schemas = components.setdefault("schemas", {})
    for name, schema in defined["$defs"].items():
        schemas.setdefault(name, schema)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "console": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    description["security"] = [{"token": []}, {"console": []}]
    return description
