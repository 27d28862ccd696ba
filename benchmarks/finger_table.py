"""Writes the figures of finger search into docs/scale.md: python -m benchmarks.finger_table."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import computed_part
from benchmarks.computed_part import with_part, write_or_check

DOCUMENT = Path(__file__).parents[1] / "docs" / "scale.md"
RESULT = Path(__file__).parent / "results" / "scale_finger_search.json"
BEGIN, END = "<!-- computed: python -m benchmarks.finger_table -->", computed_part.END
_PICTURE = "scale/fingers/latency.png"
_LINK = f"../benchmarks/results/{_PICTURE}"

Measured = dict[str, Any]


def computed(result: Path = RESULT) -> str:
    """Return the table of a result file, or that there is none."""
    if not result.exists():
        return f"{BEGIN}\n\nNo run is recorded yet.\n\n{END}"
    by_size = json.loads(result.read_text(encoding="utf-8"))["metrics"]
    heads = [f"{int(size):,} fingers" for size in by_size]
    lines = [
        f"| {title} | " + " | ".join(value(measured) for measured in by_size.values()) + " |"
        for title, value in _LINES
    ]
    table = [f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(heads), *lines]
    drawn = [f"![Milliseconds a search by size]({_LINK})", ""] if (result.parent / _PICTURE).exists() else []
    return "\n".join([BEGIN, "", *table, "", *drawn, END])


def replaced(document: str, result: Path = RESULT) -> str:
    """Return the document with its computed part made anew."""
    return with_part(document, BEGIN, computed(result))


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}"


def _times(way: str) -> Callable[[Measured], str]:
    return lambda measured: ", ".join(_ms(measured[way][share]) for share in ("p50", "p95", "p99"))


def _processor(way: str) -> Callable[[Measured], str]:
    return lambda measured: _ms(measured[way]["processor"])


def _share(name: str) -> Callable[[Measured], str]:
    return lambda measured: f"{measured['accuracy'][name]:.1%}"


def _crowd(number: str) -> Callable[[Measured], str]:
    def told(measured: Measured) -> str:
        crowd = measured["at_once"][number]
        return f"{crowd['searches_per_second']:.1f}; {_ms(crowd['p95_ms'])}"

    return told


def _filter(share: str) -> Callable[[Measured], str]:
    def told(measured: Measured) -> str:
        kept = measured["filters"][share]
        exact = "-" if kept["best_is_exact"] is None else f"{kept['best_is_exact']:.0%}"
        return f"{_ms(kept['end_to_end_ms']['p50'])} ({kept['over_unfiltered']:.2f}), {exact}"

    return told


def _with_all(measured: Measured) -> str:
    compared = measured.get("compared_with_all")
    return f"{compared['same_best']:.0%} of {compared['searches']}" if compared else "-"


def _start(measured: Measured) -> str:
    start = measured["from_snapshot"]
    return f"{start['first_answer_s']:.1f} ({start['digests_s']:.1f}, {start['restoring_s']:.1f})"


_LINES: tuple[tuple[str, Callable[[Measured], str]], ...] = (
    ("whole search on all cores, ms: p50, p95, p99", _times("all_cores_ms")),
    ("whole search on one thread, ms: p50, p95, p99", _times("one_thread_ms")),
    ("processor time of a whole search, ms", _processor("one_thread_ms")),
    ("processor time of the first stage, ms", _processor("first_stage_ms")),
    ("processor time of the bare FAISS call, ms", _processor("faiss_call_ms")),
    ("**whole search over bare call**", lambda m: f"**{m['one_thread_over_faiss_call']:.2f}**"),
    ("searches a second; 95 % of them within ms: one at a time", _crowd("1")),
    ("two at once", _crowd("2")),
    ("four at once", _crowd("4")),
    ("rank 1", _share("rank1")),
    ("mate on the list for comparison", _share("first_stage_hit")),
    ("mate on a list of 1,000", _share("first_stage_hit_1000")),
    ("FNIR at FPIR 1 %", _share("fnir_at_fpir_1e2")),
    ("best person as in comparison with everybody", _with_all),
    ("filter by sex leaves 50 %: ms (over unfiltered), best as exact", _filter("0.5")),
    ("by finger position, 10 %", _filter("0.1")),
    ("by date, 1 %", _filter("0.01")),
    ("by date, 0.1 %", _filter("0.001")),
    ("memory a finger, bytes (gallery, tags and all)", lambda m: f"{m['memory_bytes_per_finger']:,}"),
    ("first answer of a fresh process from a snapshot, s (digests, opening)", _start),
    ("its own memory, MB, and what it maps", lambda m: _mapped(m["from_snapshot"])),
    ("a snapshot is written in, s", lambda m: f"{m['snapshot']['write_s']:.1f}"),
    ("loaded from templates, s", lambda m: f"{m['load_s']:.1f}"),
)


def _mapped(start: Measured) -> str:
    return ", ".join(f"{start[name] / 1e6:,.0f}" for name in ("own_memory_bytes", "mapped_memory_bytes"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table, or say whether the document has what would be written."""
    return write_or_check("benchmarks.finger_table", __doc__, DOCUMENT, replaced, arguments) or 0


if __name__ == "__main__":
    sys.exit(main())
