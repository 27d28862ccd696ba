"""What the Templates page says of the time left."""

import pytest

from api.console.template_words import time_left


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (5, "less than a minute left"),
        (60, "about 1 minute left"),
        (5_400, "about 2 hours left"),
        (200_000, "about 2 days left"),
    ],
)
def test_time_left_is_rough_and_in_words(seconds: float | None, said: str) -> None:
    assert time_left(seconds) == said
