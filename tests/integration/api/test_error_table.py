"""The table from errors to HTTP covers every error class there is, and no code means two things."""

import importlib
import pkgutil
from collections.abc import Iterator

import api
import biometrics
import core
import enroll
import matcher
import models
import records
from api.errors import STATUS_OF_CODE, status_of
from core.errors import FAMILIES, NishanError

PACKAGES = (core, models, biometrics, matcher, records, enroll, api)


def _all_errors() -> Iterator[type[NishanError]]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting: list[type[NishanError]] = [NishanError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not NishanError and kind.__module__.split(".")[0] in {p.__name__ for p in PACKAGES}:
            yield kind


def test_every_error_descends_from_a_family_and_has_a_status() -> None:
    for kind in _all_errors():
        assert any(issubclass(kind, family) for family in FAMILIES), kind
        assert status_of(kind) in (401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503), kind


def test_a_code_means_one_thing() -> None:
    owners: dict[str, set[str]] = {}
    for kind in _all_errors():
        if kind not in FAMILIES:
            owner = next(base for base in reversed(kind.__mro__) if getattr(base, "code", "") == kind.code)
            owners.setdefault(kind.code, set()).add(owner.__qualname__)
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_every_sharper_code_belongs_to_an_error_that_exists() -> None:
    assert set(STATUS_OF_CODE) <= {kind.code for kind in _all_errors()}
