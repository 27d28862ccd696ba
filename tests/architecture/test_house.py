"""The house keeps its own rules: import order, named paths, file sizes, documented settings."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = [
    "core",
    "models",
    "biometrics",
    "matcher",
    "records",
    "cluster",
    "enroll",
    "api",
    "nishan",
    "datasets",
    "benchmarks",
]
LONGEST_FILE = 300
LONG_FILES_WITH_A_REASON = {
    "records/migrations/versions/0001_first_schema.py": "one schema, frozen the day it was released",
}
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "base.py", "manager.py", "service.py"}
ONE_HOME = {
    "onnxruntime": {"models"},
    "onnx": {"models"},
    "faiss": {"matcher"},
    "sqlalchemy": {"records"},
    "minio": {"records"},
    "fastapi": {"api"},
    "procrastinate": {"enroll", "records"},
    "ray": {"cluster"},
}
"""Third-party libraries that only these packages may import; benchmarks may import what they measure."""


def _python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _tracked_top_level_folders() -> set[str]:
    names = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return {name.split("/")[0] for name in names if "/" in name}


def test_every_top_level_package_is_known() -> None:
    folders = {name for name in _tracked_top_level_folders() if not name.startswith(".")}
    assert folders - {"tests", "docs"} == set(PACKAGES)
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(contract["root_packages"]) == set(PACKAGES)


def test_imports_go_one_way() -> None:
    outcome = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout


def test_each_library_has_one_home() -> None:
    strays = []
    for path in _python_files():
        package = path.relative_to(ROOT).parts[0]
        for module in _imported_modules(path):
            homes = ONE_HOME.get(module)
            if homes and package not in homes | {"benchmarks"}:
                strays.append(f"{path.relative_to(ROOT)} imports {module}")
    assert strays == []


def _imported_modules(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.split(".")[0])
    return modules


def test_architecture_is_short_and_its_paths_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    paths = re.findall(r"`([a-z_.0-9]+(?:/[A-Za-z_.0-9-]*)+)`", text)
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_architecture_names_every_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [name for name in [*PACKAGES, "tests", "docs"] if f"`{name}/`" not in text] == []


@pytest.mark.parametrize("path", _python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_says_what_it_is_for_and_stays_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    name = str(path.relative_to(ROOT))
    assert path.name not in FORBIDDEN_NAMES
    if source.strip():
        assert ast.get_docstring(ast.parse(source)), f"{name} opens without saying what it is for"
    if name not in LONG_FILES_WITH_A_REASON:
        assert len(source.splitlines()) <= LONGEST_FILE, f"{name} holds more than one responsibility"


def test_every_setting_is_documented() -> None:
    documented = (ROOT / ".env.example").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"NISHAN_{name.upper()}=" not in documented]
    assert missing == []


def test_no_registry_host_and_no_machine_path_is_written_down() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    hosts = re.compile(
        "|".join(
            [
                "py" + r"pi\.org",
                "python" + "hosted",
                r"registry\." + "npm",
                "deb" + r"\.debian",
                "/wo" + "rk/",
            ]
        )
    )
    strays = []
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in {".png", ".jpg", ".onnx", ".npz"} or not path.exists():
            continue
        if hosts.search(path.read_text(encoding="utf-8", errors="ignore")):
            strays.append(name)
    assert strays == []


def test_figures_in_readme_come_from_result_files() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.findall(r"`(benchmarks/results/[^`]+)`", readme)
    assert quoted, "README quotes no result file"
    assert [path for path in quoted if not (ROOT / path).exists()] == []


def test_migrations_stand_in_one_line() -> None:
    line = sorted(path.name[:4] for path in (ROOT / "records/migrations/versions").glob("0*.py"))
    assert line == [f"{number:04d}" for number in range(1, len(line) + 1)]
    for path in (ROOT / "records/migrations/versions").glob("0*.py"):
        source = path.read_text(encoding="utf-8")
        number = int(path.name[:4])
        before = f'"{number - 1:04d}"' if number > 1 else "None"
        assert f'\nrevision = "{number:04d}"\ndown_revision = {before}\n' in source, path.name
