"""`nishan doctor` finds each broken part, and says of each how to mend it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.settings import Settings
from nishan.embedded.postgres import EmbeddedPostgres
from nishan.examination.check import Check, looked_at
from nishan.examination.machine import examine_machine
from nishan.examination.processes import examine_processes
from nishan.examination.stores import examine_stores
from nishan.examination.templates import examine_templates
from nishan.first_start import create_first_accounts, prepare_stores
from nishan.installation import Installation
from tests.integration import own_model


@pytest.fixture(scope="module")
def healthy(service_settings: Settings, models_ready: Path) -> Settings:
    """Settings of stores that are all well, with the accounts of a first start."""
    place = Installation.of(service_settings)
    place.prepare()
    prepare_stores(service_settings)
    create_first_accounts(service_settings, place)
    return service_settings


def _unwell(checks: list[Check]) -> dict[str, Check]:
    return {check.part: check for check in checks if not check.ok}


def _stores(settings: Settings, **changed: object) -> dict[str, Check]:
    return _unwell(list(examine_stores(settings.model_copy(update=changed))))


def test_stores_that_are_well(healthy: Settings) -> None:
    assert _stores(healthy) == {}


def test_a_database_that_does_not_answer(healthy: Settings) -> None:
    found = _stores(healthy, database_url=SecretStr("postgresql://nobody:wrong@127.0.0.1:1/nothing"))
    assert set(found) == {"database"}
    assert "NISHAN_DATABASE_URL" in found["database"].mend


def test_a_database_without_the_schema(healthy: Settings, postgres_server: EmbeddedPostgres) -> None:
    postgres_server.create_database("bare")
    found = _stores(healthy, database_url=SecretStr(postgres_server.url_of("bare")))
    assert found["migrations"].mend == "Run: nishan migrate"
    assert "empty" in found["migrations"].found


def test_a_database_without_accounts(
    healthy: Settings, postgres_server: EmbeddedPostgres, template_database: str
) -> None:
    postgres_server.create_database("nobody_yet", template=template_database)
    found = _stores(healthy, database_url=SecretStr(postgres_server.url_of("nobody_yet")))
    assert set(found) == {"accounts"}


def test_an_object_store_with_another_secret(healthy: Settings) -> None:
    found = _stores(healthy, s3_secret_key=SecretStr("wrong"))
    assert set(found) == {"object store"}
    assert "NISHAN_S3" in found["object store"].mend


def test_an_object_store_that_does_not_answer(healthy: Settings) -> None:
    assert set(_stores(healthy, s3_endpoint="127.0.0.1:1")) == {"object store"}


def test_whose_rates_are_stated(healthy: Settings) -> None:
    found = {check.part: check for check in examine_templates(healthy)}
    assert all(check.ok for check in found.values())
    assert "people as alike as those in police photographs" in found["rates face"].found
    assert "comparisons of different people" in found["rates finger"].found


def test_a_model_whose_rates_nobody_knows(healthy: Settings, models_ready: Path, tmp_path: Path) -> None:
    """An operator's own embedder, by manifest alone."""
    with own_model.in_use_here(tmp_path, models_ready) as models_dir:
        chosen = {"models_dir": models_dir, "face_embedder": own_model.NAME}
        found = _unwell(list(examine_templates(healthy.model_copy(update=chosen))))
    assert set(found) == {"rates face"}
    assert "nishan calibration fit" in found["rates face"].mend


def test_missing_and_damaged_models(healthy: Settings, tmp_path: Path, models_ready: Path) -> None:
    (tmp_path / "face_detection_yunet_2023mar.onnx").write_bytes(b"damaged")
    settings = healthy.model_copy(update={"models_dir": tmp_path})
    found = _unwell(list(examine_machine(settings, Installation.of(settings))))
    assert "digest" in found["model yunet"].found
    assert "not on this machine" in found["model sface"].found
    assert found["model sface"].mend == "Run: nishan models fetch"


def test_secrets_that_others_may_read(healthy: Settings) -> None:
    secret = healthy.data_dir / "accounts.json"
    secret.chmod(0o644)
    try:
        found = _unwell(list(examine_machine(healthy, Installation.of(healthy))))
    finally:
        secret.chmod(0o600)
    assert "accounts.json" in found["permissions"].found
    assert "chmod" in found["permissions"].mend


def test_processes_that_are_gone_and_a_console_that_does_not_answer(healthy: Settings) -> None:
    place = Installation.of(healthy)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    processes = [{"part": "worker", "pid": ended.pid}, {"part": "api", "pid": os.getpid()}]
    with place.held():
        place.write_runtime(
            {
                "address": "http://127.0.0.1:1",
                "processes": processes,
                "restarts": {"api-1": 9},
                "settings": {},
            }
        )
        found = _unwell(list(examine_processes(healthy, place)))
    assert set(found) == {"process worker", "process api", "console", "gallery", "snapshot"}
    assert "again and again" in found["process api"].found


def test_a_failure_inside_a_check_is_a_finding() -> None:
    def fall_over() -> str:
        raise RuntimeError("boom")

    assert looked_at("part", "mend it", fall_over) == Check("part", False, "RuntimeError: boom", "mend it")


def test_the_command_without_a_service(tmp_path: Path, models_ready: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NISHAN_")},
        "NISHAN_DATA_DIR": str(tmp_path),
        "NISHAN_MODELS_DIR": str(models_ready),
    }
    done = subprocess.run(
        [sys.executable, "-m", "nishan.cli", "doctor", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert not report["well"]
    unwell = {check["part"]: check["mend"] for check in report["checks"] if not check["ok"]}
    assert "nishan up" in unwell["service"]
