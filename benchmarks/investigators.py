"""Investigators at work: each searches, looks at who was found, thinks, and searches again."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.service_searches import CANDIDATES, face_search

_OWN_RATE = 1e-6
"""A photograph that is enrolled itself is found first, at a false-match rate far below this."""


@dataclass
class Work:
    """What came of it.

    Attributes:
        searches: When a search was answered (seconds since the beginning), how long that answer took, and
            how long the officer waited in all, refusals included; milliseconds.
        records: Milliseconds that reading the best candidate's record took.
        refused: How often a search was told to come back.
        errors: What went wrong, by its kind; nothing should.
    """

    searches: list[tuple[float, float, float]] = field(default_factory=list)
    records: list[float] = field(default_factory=list)
    refused: int = 0
    errors: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Shift:
    """How they work; ``think_s`` is the mean pause between an answer and the next search."""

    base_url: str
    token: str
    photographs: Sequence[Path]
    users: int
    seconds: float
    think_s: float


def work(shift: Shift) -> Work:
    """Let all of them work at the same time until the shift ends; a search that has begun is finished."""
    return asyncio.run(_work(shift))


async def _work(shift: Shift) -> Work:
    done, started = Work(), time.monotonic()
    found: dict[Path, str] = {}
    limits = httpx.Limits(max_connections=shift.users, max_keepalive_connections=shift.users)
    headers = {"Authorization": f"Bearer {shift.token}"}
    async with httpx.AsyncClient(
        base_url=shift.base_url, headers=headers, timeout=120, limits=limits, trust_env=False
    ) as client:

        async def one(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 -- who waits how long, no secret
            await asyncio.sleep(chance.random() * shift.think_s)
            while time.monotonic() - started < shift.seconds:
                photograph = chance.choice(shift.photographs)
                await _one_search(client, photograph, started, done, found)
                await asyncio.sleep(chance.expovariate(1 / shift.think_s) if shift.think_s else 0)

        await asyncio.gather(*(one(number) for number in range(shift.users)))
    return done


async def _one_search(
    client: httpx.AsyncClient, photograph: Path, started: float, done: Work, found: dict[Path, str]
) -> None:
    asked = time.monotonic()
    while True:
        sent = time.monotonic()
        try:
            answer = await client.post("/v1/searches", **face_search(photograph, "LOAD/2026"))
        except httpx.HTTPError as problem:
            done.errors[type(problem).__name__] += 1
            return
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or "Retry-After" not in answer.headers:
            break
        done.refused += 1
        await asyncio.sleep(float(answer.headers["Retry-After"]))
    ended = time.monotonic()
    if answer.status_code != httpx.codes.CREATED:
        done.errors[f"http_{answer.status_code}"] += 1
        return
    done.searches.append((ended - started, (ended - sent) * 1e3, (ended - asked) * 1e3))
    await _read_best(client, answer.json()["candidates"], photograph, done, found)


async def _read_best(
    client: httpx.AsyncClient,
    candidates: Sequence[dict[str, Any]],
    photograph: Path,
    done: Work,
    found: dict[Path, str],
) -> None:
    """Check the answer, and read the record of the first candidate as an officer does."""
    if len(candidates) != CANDIDATES or candidates[0]["false_match_rate"] > _OWN_RATE:
        done.errors["wrong_answer"] += 1
        return
    person = candidates[0]["person"]["id"]
    if found.setdefault(photograph, person) != person:
        done.errors["another_person"] += 1
    sent = time.monotonic()
    try:
        answer = await client.get(f"/v1/persons/{person}")
    except httpx.HTTPError as problem:
        done.errors[type(problem).__name__] += 1
        return
    done.records.append((time.monotonic() - sent) * 1e3)
    if answer.status_code != httpx.codes.OK:
        done.errors[f"record_http_{answer.status_code}"] += 1
