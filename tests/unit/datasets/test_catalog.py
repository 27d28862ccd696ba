"""The catalogue of portraits is complete, and its entries can be fetched as they stand."""

import re

import pytest

from datasets.catalog import PortraitUnknown, portrait, portraits


def test_every_portrait_states_licence_digest_and_exact_version() -> None:
    assert list(portraits()) == ["obama", "obama2", "obama3", "biden", "astronaut"]
    for entry in portraits().values():
        assert re.fullmatch("[0-9a-f]{64}", entry.sha256)
        assert entry.licence.startswith("public domain")
        assert re.fullmatch(r"\d+(\.\d+)+", entry.archive.version)
        assert entry.archive.kind in ("wheel", "sdist")
        assert entry.member.endswith(entry.file)


def test_unknown_portrait_names_those_there_are() -> None:
    with pytest.raises(PortraitUnknown, match="astronaut"):
        portrait("nobody")
