"""A busy service is asked again when it wants to be."""

import httpx
import pytest

from nishan.client import _pause_s


@pytest.mark.parametrize(
    ("headers", "pause"), [({"Retry-After": "5"}, 5), ({}, 2), ({"Retry-After": "soon"}, 2)]
)
def test_the_pause_is_the_one_that_the_service_states(headers: dict[str, str], pause: float) -> None:
    assert _pause_s(httpx.Response(503, headers=headers), 2.0) == pause


def test_nobody_waits_for_ever() -> None:
    assert _pause_s(httpx.Response(503, headers={"Retry-After": "86400"}), 2.0) == 60
