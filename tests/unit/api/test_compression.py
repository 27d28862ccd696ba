"""Pages and scripts are sent compressed to those who take it, unchanged to others; images never are."""

import asyncio
import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from api.compression import Compression

PAGE = "<p>नाम</p>" * 500
IMAGE = bytes(2000)


def _page(_: object) -> Response:
    return HTMLResponse(PAGE, headers={"ETag": '"1"', "Vary": "Cookie"})


def _short(_: object) -> Response:
    return HTMLResponse("<p>short</p>")


def _image(_: object) -> Response:
    return Response(IMAGE, media_type="image/jpeg")


def _piecewise(_: object) -> Response:
    return StreamingResponse(iter([PAGE, PAGE]), media_type="text/html")


def _json(_: object) -> Response:
    return Response(b"[" + b"0," * 1000 + b"0]", media_type="application/json")


APP = Compression(
    Starlette(
        routes=[
            Route(f"/{name}", answer)
            for name, answer in {
                "page": _page,
                "short": _short,
                "image": _image,
                "piecewise": _piecewise,
                "json": _json,
            }.items()
        ]
    )
)


def ask(path: str, accepted: str = "gzip, br", method: str = "GET") -> httpx.Response:
    async def once() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=APP), base_url="http://t") as client:
            request = client.build_request(method, path, headers={"Accept-Encoding": accepted})
            answer = await client.send(request, stream=True)
            raw = b"".join([piece async for piece in answer.aiter_raw()])
            return httpx.Response(answer.status_code, headers=dict(answer.headers), extensions={"raw": raw})

    return asyncio.run(once())


def raw(answer: httpx.Response) -> bytes:
    found: bytes = answer.extensions["raw"]
    return found


def test_a_page_comes_compressed_to_who_takes_it() -> None:
    answer = ask("/page")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(raw(answer)) < len(PAGE.encode()) / 5
    assert gzip.decompress(raw(answer)).decode() == PAGE
    assert answer.headers["vary"] == "Cookie, Accept-Encoding"
    assert answer.headers["etag"] == 'W/"1"'


@pytest.mark.parametrize(
    ("path", "accepted", "method"),
    [
        ("/page", "identity", "GET"),
        ("/page", "gzip", "HEAD"),
        ("/short", "gzip", "GET"),
        ("/image", "gzip", "GET"),
        ("/piecewise", "gzip", "GET"),
        ("/json", "gzip", "GET"),
    ],
)
def test_everything_else_passes_unchanged(path: str, accepted: str, method: str) -> None:
    answer, plain = ask(path, accepted, method), ask(path, "identity", method)
    assert "content-encoding" not in answer.headers
    assert raw(answer) == raw(plain)
    assert answer.status_code == 200
