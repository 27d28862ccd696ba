"""Draws curves and a table from result files: python -m benchmarks.report FILE... --out DIR."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.run import flat

Result = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one plot per kind of curve that the results hold, and table.md; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.report", description="plots and table from result files"
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    results = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in options.files}
    options.out.mkdir(parents=True, exist_ok=True)
    for kind, draw in PLOTS.items():
        chosen = {name: result for name, result in results.items() if kind in result.get("curves", {})}
        if chosen:
            plot(chosen, kind, draw, options.out / f"{kind}.png")
    (options.out / "table.md").write_text(table(results), encoding="utf-8")
    return 0


def plot(
    results: dict[str, Result], kind: str, draw: Callable[[Axes, str, Result], None], path: Path
) -> None:
    """Draw one kind of curve of all results into one picture."""
    figure, axes = plt.subplots(figsize=(6.4, 4.6))
    for name, result in results.items():
        for label, curve in named_curves(name, result["curves"][kind]):
            draw(axes, label, curve)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def named_curves(name: str, curve: Result | list[float]) -> list[tuple[str, Result]]:
    """Return what is to be drawn with its label.

    A result may hold one curve, several by name, or the shares found at ranks 1, 2, 3 ... alone.
    """
    if isinstance(curve, list):
        return [(name, {"rank": list(range(1, len(curve) + 1)), "found": curve})]
    if curve and all(isinstance(each, dict) for each in curve.values()):
        return [(f"{name}: {key}", each) for key, each in curve.items()]
    return [(name, curve)]


def table(results: dict[str, Result]) -> str:
    """Return the metrics of all results as a Markdown table."""
    lines = ["| result | metric | value | 95 % |", "|---|---|---|---|"]
    for name, result in results.items():
        bounds = dict(flat(result.get("intervals", {})))
        for key, value in flat(result["metrics"]):
            shown = f"{value:.5g}" if isinstance(value, float) else str(value)
            between = " - ".join(f"{bound:.5g}" for bound in bounds[key]) if key in bounds else ""
            lines.append(f"| {name} | `{key}` | {shown} | {between} |")
    return "\n".join(lines) + "\n"


def _draw_rates(axes: Axes, name: str, across: list[float], up: list[float], labels: tuple[str, str]) -> None:
    points = [(x, y) for x, y in zip(across, up, strict=True) if x > 0 and y > 0]
    label = name if points else f"{name}: no error at any threshold"
    axes.plot([x for x, _ in points], [y for _, y in points], label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])


def _det(axes: Axes, name: str, curve: Result) -> None:
    _draw_rates(axes, name, curve["fmr"], curve["fnmr"], ("false-match rate", "false non-match rate"))


def _open_set(axes: Axes, name: str, curve: Result) -> None:
    labels = ("false-positive identification rate", "false-negative identification rate")
    _draw_rates(axes, name, curve["fpir"], curve["fnir"], labels)


def _cmc(axes: Axes, name: str, curve: Result) -> None:
    axes.plot(curve["rank"], curve["found"], marker="o", label=name)
    axes.set_xscale("log")
    axes.set_xlabel("rank")
    axes.set_ylabel("share of probes whose mate is at this rank or before")


def _calibration(axes: Axes, name: str, curve: Result) -> None:
    axes.plot(curve["score"], curve["stated"], label=f"{name}: stated")
    axes.plot(curve["score"], curve["observed"], ".", label=f"{name}: observed on other people")
    axes.set_yscale("log")
    axes.set_xlabel("score")
    axes.set_ylabel("false-match rate")


def _groups(axes: Axes, name: str, curve: Result) -> None:
    rates = np.array(curve["observed"])
    ends = np.abs(np.array([curve["low"], curve["high"]]) - rates)
    label = name.partition(": ")[2] or name
    axes.errorbar(curve["stated"], rates, yerr=ends, marker="o", capsize=4, label=f"strangers of {label}")
    axes.plot([1e-3, 1e-1], [1e-3, 1e-1], color="grey", linestyle=":")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("false-match rate that the threshold states")
    axes.set_ylabel("false-match rate observed, 95 %")


def _scores(axes: Axes, name: str, curve: Result) -> None:
    label = name.partition(": ")[2] or name
    style = "--" if "synthetic" in label else "-"
    colour = "tab:green" if "genuine" in label else "tab:red"
    axes.stairs(curve["share"], curve["edges"], label=label, color=colour, linestyle=style)
    axes.set_yscale("log")
    axes.set_xlabel("comparison score")
    axes.set_ylabel("share of the comparisons")


def _latency(axes: Axes, name: str, curve: Result) -> None:
    axes.plot(curve["size"], curve["ms"], marker="o", label=name.partition(": ")[2] or name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("references in the gallery")
    axes.set_ylabel("milliseconds a search")


def _memory(axes: Axes, name: str, curve: Result) -> None:
    axes.plot(curve["minutes"], curve["mb"], label=name.partition(": ")[2] or name)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("minutes under load")
    axes.set_ylabel("megabytes")


PLOTS: dict[str, Callable[[Axes, str, Result], None]] = {
    "det": _det,
    "fnir_fpir": _open_set,
    "cmc": _cmc,
    "calibration": _calibration,
    "scores": _scores,
    "groups": _groups,
    "memory": _memory,
    "latency": _latency,
}

if __name__ == "__main__":
    sys.exit(main())
