"""Sends a request to an ASGI application in this process, without a server."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


def ask(app: ASGIApp, method: str, path: str, **request: Any) -> httpx.Response:
    """Return the application's answer; ``request`` is what httpx takes."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **request)

    return asyncio.run(answer())
