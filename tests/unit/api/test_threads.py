"""However many cores there are, light requests find a thread when heavy ones hold all of theirs."""

import asyncio
import base64

import pytest
from anyio import to_thread
from fastapi import FastAPI

from api import lifespan
from core.settings import Settings


@pytest.mark.parametrize(("cores", "processes", "running"), [(2, 1, 2), (64, 1, 64), (64, 4, 16), (1, 4, 1)])
def test_threads_are_left_for_light_requests(
    monkeypatch: pytest.MonkeyPatch, cores: int, processes: int, running: int
) -> None:
    monkeypatch.setattr(lifespan.os, "cpu_count", lambda: cores)
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://nobody@127.0.0.1:9/nowhere",
            "s3_endpoint": "127.0.0.1:9",
            "image_key": base64.b64encode(bytes(32)).decode(),
            "api_processes": processes,
            "snapshot_minutes": 0,
        }
    )

    async def threads() -> tuple[float, int]:
        app = FastAPI()
        app.state.parts = parts = lifespan.Parts(settings)
        monkeypatch.setattr(parts, "start", lambda: None)
        async with lifespan.lifespan(app):
            held = parts.capacity.most + parts.sign_ins.most
            return to_thread.current_default_thread_limiter().total_tokens, held

    there, held = asyncio.run(threads())
    assert there - held == lifespan.LIGHT_THREADS
    assert held == running + lifespan.WAITING_REQUESTS + min(running, 4) + lifespan.WAITING_SIGN_INS
