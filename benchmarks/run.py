"""Runs one benchmark by its name and writes its result file."""

import argparse
import ast
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.progress import ProgressLike, ShownProgress
from benchmarks.record import Stopwatch, complete, write
from core.errors import NishanError

HOME = Path(__file__).parent


@dataclass(frozen=True)
class Benchmark:
    """A benchmark file's two functions."""

    name: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, ProgressLike], dict[str, Any]]
    about: str


def names() -> list[str]:
    """Return the names of all benchmarks: <group>/<file> of files that define ``run``."""
    found = []
    for path in sorted(HOME.glob("*/*.py")):
        source = path.read_text(encoding="utf-8")
        if "\ndef run(" in source and "\ndef add_arguments(" in source:
            found.append(f"{path.parent.name}/{path.stem}")
    return found


def about(name: str) -> str:
    """Return what a benchmark answers: its file's first line, read without importing it."""
    tree = ast.parse((HOME / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def load(name: str) -> Benchmark:
    """Return the benchmark of that name; the name must be one of ``names``."""
    module = importlib.import_module("benchmarks." + name.replace("/", "."))
    return Benchmark(name, module.add_arguments, module.run, about(name))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line says; return the process's exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    known = names()
    if not given or given[0] in ("-h", "--help") or given[0] not in known:
        asked = given[0] if given and not given[0].startswith("-") else None
        print(
            f"There is no benchmark '{asked}'." if asked else "usage: python -m benchmarks.run NAME [options]"
        )
        print("\n".join(["Names:", *(f"  {name:34} {about(name)}" for name in known)]))
        return 2 if asked or not given else 0
    return run_one(load(given[0]), given[1:], ShownProgress())


def run_one(benchmark: Benchmark, given: Sequence[str], progress: ProgressLike) -> int:
    """Parse the options, run, complete the record, print the metrics, write the file."""
    parser = argparse.ArgumentParser(prog=f"benchmarks.run {benchmark.name}", description=benchmark.about)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the result file goes")
    benchmark.add_arguments(parser)
    options = parser.parse_args(given)
    watch = Stopwatch()
    try:
        answer = benchmark.run(options, progress)
    except NishanError as problem:
        print(problem.message, file=sys.stderr)
        return 1
    result = complete(benchmark.name, answer, watch)
    for key, value in flat(result["metrics"]):
        print(f"{key:44} {value}")
    if options.json:
        write(result, options.json)
    return 0


def flat(metrics: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return nested metrics as (dotted.key, value)."""
    rows: list[tuple[str, Any]] = []
    for key, value in metrics.items():
        if isinstance(value, dict):
            rows.extend(flat(value, f"{prefix}{key}."))
        else:
            rows.append((prefix + key, value))
    return rows


if __name__ == "__main__":
    sys.exit(main())
