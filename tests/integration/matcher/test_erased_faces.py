"""Nothing of an erased face is left in the memory of a process or in the files it writes afterwards."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.integration.matcher.face_holder import DIMENSION, ROWS, WIPED

KEPT = (1, 4097, 8500)
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into another process's memory")


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    values = np.random.default_rng(3).normal(size=(ROWS, DIMENSION)).astype("<f4")
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def memory_of(process: int) -> bytes:
    """Return all that a process may write to."""
    parts = []
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("r") and not line.endswith(("[vvar]", "[vsyscall]", "[vdso]")):
                first, last = (int(end, 16) for end in span.split("-"))
                if "w" in rights or ".vectors" in line:
                    memory.seek(first)
                    parts.append(memory.read(last - first))
    return b"".join(parts)


MULTIPLYING = """
import sys
import numpy as np
from matcher.face.library import one_thread, products_together
one_thread()
vectors = np.random.default_rng(5).normal(size=(4096, 128)).astype("<f4")
probes = np.random.default_rng(6).normal(size=(8, 128)).astype("<f4")
products_together(probes, vectors, 50)
vectors[:] = 0
print("ready", flush=True)
sys.stdin.readline()
"""


def test_searches_taken_together_leave_no_number_of_a_vector_behind() -> None:
    """OpenBLAS keeps pieces of vectors in an order of its own, so single numbers are looked for."""
    command = [sys.executable, "-c", MULTIPLYING]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        memory = memory_of(process.pid)
        process.communicate("end\n", timeout=60)
    assert process.returncode == 0
    vectors = np.random.default_rng(5).normal(size=(4096, 128)).astype("<f4")
    numbers = np.frombuffer(memory[: len(memory) // 4 * 4], "<f4")
    assert [row for row in range(3072, 4096, 64) if (numbers == vectors[row, 5]).any()] == []


def found(vectors: np.ndarray, rows: tuple[int, ...], data: bytes) -> list[int]:
    """Return the rows of which any quarter is in the data."""
    quarter = DIMENSION
    payloads = {row: vectors[row].astype("<f4").tobytes() for row in rows}
    return [
        row
        for row, payload in payloads.items()
        if any(payload[part : part + quarter] in data for part in range(0, 4 * DIMENSION, quarter))
    ]


def test_memory_and_new_files_hold_what_is_kept_and_nothing_of_what_is_wiped(
    tmp_path: Path, vectors: np.ndarray
) -> None:
    given = tmp_path / "given"
    given.write_bytes(vectors.astype("<f4").tobytes())
    command = [sys.executable, "-m", "tests.integration.matcher.face_holder", str(given), str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.strip() == "ready" for line in lines)
        memory = memory_of(process.pid)
        process.communicate("end\n", timeout=60)
    assert process.returncode == 0
    files = b"".join(path.read_bytes() for path in (tmp_path / "after").iterdir())
    for data in (memory, files):
        assert found(vectors, KEPT, data) == list(KEPT)
        assert found(vectors, WIPED, data) == []
