"""The page /docs: the API's description as plain HTML, no scripts, nothing fetched from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;
  color:#1b1f24;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}
details{border:1px solid #d0d7de;border-radius:6px;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer}summary:focus-visible{outline:3px solid #0b57d0}
code,pre{font:14px/1.45 ui-monospace,monospace;background:#f3f5f7;border-radius:4px}
code{padding:.1em .3em}pre{padding:.75rem;overflow:auto}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;border-top:1px solid #e3e7eb}
.method{display:inline-block;min-width:4.5rem;font-weight:700}
"""

_METHODS = ("get", "post", "patch", "put", "delete")
Json = Mapping[str, Any]


@router.get("/docs")
def documentation(request: Request) -> HTMLResponse:
    """Show every request with its parts, answers and an example."""
    description: Json = request.app.openapi()
    return HTMLResponse(_page(description))


@router.get("/docs/style.css")
def style() -> Response:
    """Return the page's style sheet: the security policy allows none inside the page."""
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def _page(description: Json) -> str:
    body = "".join(_sections(description))
    info = description["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title>"
        '<link rel="stylesheet" href="/docs/style.css"></head><body>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
        f"<p>{escape(info['description'])}</p>"
        '<p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>'
        f"{body}<h2>Schemas</h2>{''.join(_schemas(description))}</body></html>"
    )


def _sections(description: Json) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                by_tag.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    for tag, operations in by_tag.items():
        yield f"<h2>{escape(tag.capitalize())}</h2>{''.join(operations)}"


def _operation(path: str, method: str, operation: Json) -> str:
    return (
        f'<details><summary><span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f"{escape(operation['summary'])}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"{_parameters(operation)}{_body(operation)}{_answers(operation)}</details>"
    )


def _parameters(operation: Json) -> str:
    rows = [
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['in'])}</td>"
        f"<td>{'required' if parameter.get('required') else ''}</td>"
        f"<td>{escape(parameter.get('description', ''))}</td></tr>"
        for parameter in operation.get("parameters", ())
    ]
    return f"<h4>Parameters</h4><table>{''.join(rows)}</table>" if rows else ""


def _body(operation: Json) -> str:
    content: Json = operation.get("requestBody", {}).get("content", {})
    parts = []
    for kind, entry in content.items():
        schema: Json = entry["schema"]
        parts.append(f"<h4>Body: {escape(kind)}</h4>")
        parts.append(_fields(schema) if "properties" in schema else f"<p>{_type(schema)}</p>")
    return "".join(parts)


def _answers(operation: Json) -> str:
    rows = []
    for status, answer in operation["responses"].items():
        kinds = [_type(entry.get("schema", {})) for entry in answer.get("content", {}).values()]
        rows.append(
            f"<tr><td>{escape(status)}</td><td>{' '.join(kinds)}</td>"
            f"<td>{escape(answer.get('description', ''))}</td></tr>"
        )
    return f"<h4>Answers</h4><table>{''.join(rows)}</table>"


def _schemas(description: Json) -> Iterator[str]:
    for name, schema in sorted(description["components"]["schemas"].items()):
        examples = "".join(
            f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>"
            for example in schema.get("examples", ())
        )
        values = ", ".join(f"<code>{escape(str(value))}</code>" for value in schema.get("enum", ()))
        yield (
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
            f"<p>{escape(schema.get('description', ''))} {values}</p>{_fields(schema)}{examples}</details>"
        )


def _fields(schema: Json) -> str:
    required = schema.get("required", ())
    rows = [
        f"<tr><td><code>{escape(name)}</code></td><td>{_type(field)}</td>"
        f"<td>{'required' if name in required else ''}</td>"
        f"<td>{escape(field.get('description', ''))}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _type(schema: Json) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "contentMediaType" in schema or schema.get("format") == "binary":
        return "file"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    return escape(str(schema.get("type", "")))
