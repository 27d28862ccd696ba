"""The figures of finger search in docs/scale.md are those of the result file."""

import json
from pathlib import Path

from benchmarks import finger_table


def test_the_document_has_the_figures_of_the_result() -> None:
    document = finger_table.DOCUMENT.read_text(encoding="utf-8")
    assert finger_table.replaced(document) == document, "run python -m benchmarks.finger_table"


def test_a_result_becomes_a_table(tmp_path: Path) -> None:
    spread = {"p50": 301.2, "p95": 412.0, "p99": 500.4, "processor": 7.25}
    measured = {
        **dict.fromkeys(("all_cores_ms", "one_thread_ms", "first_stage_ms", "faiss_call_ms"), spread),
        "one_thread_over_faiss_call": 1.234,
        "at_once": {number: {"searches_per_second": 2.5, "p95_ms": 800.0} for number in ("1", "2", "4")},
        "accuracy": dict.fromkeys(
            ("rank1", "first_stage_hit", "first_stage_hit_1000", "fnir_at_fpir_1e2"), 0.9893
        ),
        "filters": {
            share: {"end_to_end_ms": spread, "over_unfiltered": 0.5, "best_is_exact": None}
            for share in ("0.5", "0.1", "0.01", "0.001")
        },
        "memory_bytes_per_finger": 5657,
        "from_snapshot": {
            "first_answer_s": 9.62,
            "digests_s": 1.9,
            "restoring_s": 2.5,
            "own_memory_bytes": 120_000_000,
            "mapped_memory_bytes": 418_000_000,
        },
        "snapshot": {"write_s": 5.51},
        "load_s": 75.65,
    }
    told = tmp_path / "result.json"
    told.write_text(json.dumps({"metrics": {"1000000": measured}}), encoding="utf-8")
    document = f"before\n{finger_table.BEGIN}\nold\n{finger_table.END}\nafter"
    made = finger_table.replaced(document, told)
    assert made.startswith("before\n")
    assert made.endswith("\nafter")
    assert "old" not in made
    assert "| | 1,000,000 fingers |" in made
    assert "| whole search on all cores, ms: p50, p95, p99 | 301, 412, 500 |" in made
    assert "| rank 1 | 98.9% |" in made
    assert "| its own memory, MB, and what it maps | 120, 418 |" in made
