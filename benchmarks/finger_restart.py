"""A process that starts from a snapshot of fingers and gives one answer; tells its times as a line of JSON.

The probe's template comes on standard input.
"""

import time

STARTED = time.monotonic()

import json  # noqa: E402  (the time of all imports belongs to a start)
import subprocess  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from biometrics.quality import Quality  # noqa: E402
from biometrics.template import Modality, Template  # noqa: E402
from matcher.file_set import FileSet  # noqa: E402
from matcher.filters import EVERYTHING  # noqa: E402
from matcher.gallery import Gallery  # noqa: E402
from matcher.search import identify  # noqa: E402

_MEMORY = {"RssAnon": "own_memory_bytes", "RssFile": "mapped_memory_bytes"}


def start_from(place: Path, probe: bytes, producer: str) -> dict[str, Any]:
    """Read the newest file set as a process of the service does, and search once."""
    imported = time.monotonic()
    stored = FileSet.newest(place)
    assert stored is not None
    stored.verify()
    verified = time.monotonic()
    gallery = Gallery()
    gallery.restore(stored.folder)
    restored = time.monotonic()
    template = Template(Modality.FINGER, producer, probe, Quality(1.0))
    first = identify(gallery, [template], EVERYTHING, 20).candidates[0]
    answered = time.monotonic()
    return {
        "imports_s": round(imported - STARTED, 2),
        "digests_s": round(verified - imported, 2),
        "restoring_s": round(restored - verified, 2),
        "first_search_s": round(answered - restored, 2),
        "answered_at": answered,
        "best": first.evidence[0].reference_id,
        **_memory(),
    }


def started_anew(place: Path, probe: bytes, producer: str) -> dict[str, Any]:
    """Start such a process and return what it says, ``first_answer_s`` counted from its start."""
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.finger_restart", str(place), producer]
    answer = subprocess.run(command, input=probe, stdout=subprocess.PIPE, check=True).stdout
    told: dict[str, Any] = json.loads(answer)
    return {"first_answer_s": round(told.pop("answered_at") - began, 2), **told}


def _memory() -> dict[str, int]:
    """Memory of this process's own, and pages of files that all processes share."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    sizes = dict(line.split(":", 1) for line in lines)
    return {told: 1024 * int(sizes[name].split()[0]) for name, told in _MEMORY.items()}


if __name__ == "__main__":
    print(json.dumps(start_from(Path(sys.argv[1]), sys.stdin.buffer.read(), sys.argv[2])))
