"""The result file: what was measured, with everything needed to measure it again."""

import hashlib
import json
import math
import os
import platform
import resource
import subprocess
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.clock import now
from models.registry import all_models

LIBRARIES = ("numpy", "onnxruntime", "opencv-python-headless", "faiss-cpu", "pillow")


class Stopwatch:
    """Wall clock and CPU seconds since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Return both, rounded."""
        return {
            "wall_s": round(time.perf_counter() - self._wall, 2),
            "cpu_s": round(time.process_time() - self._cpu, 2),
        }


def complete(name: str, answer: dict[str, Any], watch: Stopwatch) -> dict[str, Any]:
    """Put benchmark, commit, date, machine, versions and models around what a benchmark returned."""
    return {
        "benchmark": name,
        "commit": commit(),
        "date": now().isoformat(timespec="seconds"),
        "machine": machine(),
        "libraries": {library: version(library) for library in LIBRARIES},
        "models": {entry.name: entry.sha256 for entry in all_models() if _is_used(entry.name, answer)},
        **{key: value for key, value in answer.items() if key != "models_used"},
        "time": watch.read() | {"peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024},
    }


def _is_used(model_name: str, answer: dict[str, Any]) -> bool:
    used = answer.get("models_used")
    return used is None or model_name in used


def write(result: dict[str, Any], path: Path) -> None:
    """Write the result as JSON; its folder is made, and what is not finite becomes null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_finite(result), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def commit() -> str:
    """Return the commit of the working tree, with ``+changes`` when files differ from it."""

    def git(*words: str) -> str:
        home = Path(__file__).parents[1]
        return subprocess.run(
            ["git", *words], cwd=home, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "HEAD") + ("+changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine() -> dict[str, Any]:
    """Return what matters about the machine for speed, without its name."""
    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def describe_files(description: str, root: Path, files: Iterable[Path]) -> dict[str, Any]:
    """Return the data entry of a result: what it is, how many files, and one digest over all of them.

    The digest covers each file's path below ``root`` and its bytes, in the order of the paths.
    """
    digest, count = hashlib.sha256(), 0
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
        count += 1
    return {"description": description, "files": count, "sha256": digest.hexdigest()}
