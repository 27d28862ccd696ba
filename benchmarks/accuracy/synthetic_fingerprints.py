"""Are synthetic fingerprints like real ones? Scores, minutiae, quality and ridges of both, side by side."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.fingerprint_verification import compare_database, error_rates
from benchmarks.finger_samples import Extracted, PrintSet, extract_all, first_impressions, read_prints
from benchmarks.grey_prints import grey_at_500_dpi
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.errors import SampleRejected
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.presence import find_print
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from datasets.synthetic.export import FIRST_SEED, export
from datasets.synthetic.fingerprints import finger

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
WHOLE_FINGERS = 10
"""How many fingers are drawn to measure the speed."""

Floats = NDArray[np.float64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="real prints: DB*/<finger>_<impression>.*")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--fingers", type=int, default=40, help="synthetic fingers")
    parser.add_argument("--impressions", type=int, default=4, help="of each finger, real and synthetic")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Draw synthetic prints, extract and compare them as the real ones are."""
    speed = drawing_speed(arguments.impressions)
    real = first_impressions(read_prints(arguments.data), arguments.impressions)
    with tempfile.TemporaryDirectory(prefix="nishan-synthetic-") as folder:
        export(Path(folder) / "SYNTHETIC", arguments.fingers, arguments.impressions)
        invented = read_prints(Path(folder))
        measured = {
            "real": _Measured.of(real, arguments, progress),
            "synthetic": _Measured.of(invented, arguments, progress),
        }
    return {
        "data": describe_files(arguments.data.name, arguments.data, real.paths),
        "protocol": (
            f"the first {arguments.impressions} impressions of the real fingers, and as many of"
            f" {arguments.fingers} synthetic fingers (seed {FIRST_SEED}); genuine: all pairs of one finger;"
            " impostor: all pairs of different fingers of one database; quantiles in the order"
            f" {', '.join(str(each) for each in QUANTILES)}; speed: processor time of one thread, first"
            " touch included (whole) or the finger being there already (touch)"
        ),
        "models_used": ["leader"],
        "producer": measured["real"].extracted.producer,
        "counts": {name: each.counts() for name, each in measured.items()},
        "metrics": {name: each.metrics() for name, each in measured.items()} | {"speed": speed},
        "curves": {"scores": _histograms(measured)},
    }


class _Measured:
    """One set of prints, extracted and compared."""

    def __init__(self, prints: PrintSet, extracted: Extracted, periods: Floats) -> None:
        self.extracted = extracted
        compared = [compare_database(prints, extracted, number)[:2] for number in range(len(prints.names))]
        scores, genuine = (np.concatenate(parts) for parts in zip(*compared, strict=True))
        self.genuine, self.impostor = scores[genuine], scores[~genuine]
        self._periods, self._prints = periods, prints

    @classmethod
    def of(cls, prints: PrintSet, arguments: argparse.Namespace, progress: ProgressLike) -> "_Measured":
        extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
        periods = [ridge_period_px(path, arguments.dpi) for path in prints.paths]
        return cls(prints, extracted, np.array(periods))

    def counts(self) -> dict[str, int]:
        return {
            "fingers": int(self._prints.finger.max()) + 1,
            "prints": len(self._prints.paths),
            "genuine": len(self.genuine),
            "impostor": len(self.impostor),
        }

    def metrics(self) -> dict[str, Any]:
        found = [FingerprintTemplate.from_bytes(p).minutiae for p in self.extracted.payloads if p]
        apart = np.concatenate([nearest_px(each.x, each.y) for each in found])
        return {
            "one_threshold": error_rates(self.genuine, self.impostor),
            "genuine_score": _quantiles(self.genuine[np.isfinite(self.genuine)]),
            "impostor_score": _quantiles(self.impostor[np.isfinite(self.impostor)]),
            "highest_impostor": float(self.impostor.max()),
            "minutiae": _quantiles(np.array([len(each) for each in found])),
            "minutia_quality": _quantiles(np.concatenate([each.quality for each in found])),
            "nearest_minutia_px": _quantiles(apart),
            "bifurcations": round(float(np.mean(np.concatenate([e.bifurcation for e in found]) > 0.5)), 3),
            "quality": _quantiles(self.extracted.quality),
            "ridge_period_px": _quantiles(self._periods[self._periods > 0]),
            "failures_to_extract": len(self.extracted.reasons),
        }


def drawing_speed(impressions: int) -> dict[str, float]:
    """Return prints per second and core, with and without making the finger."""
    finger(0, FingerPosition.UNKNOWN, 0)  # compiles and fills the filter tables
    first: list[float] = []
    later: list[float] = []
    for position in range(1, 1 + WHOLE_FINGERS):
        for number in range(impressions):
            start = time.process_time()
            finger(1, FingerPosition(position), number)
            (later if number else first).append(time.process_time() - start)
    return {
        "prints_per_core_second": round((len(first) + len(later)) / (sum(first) + sum(later)), 1),
        "touches_per_core_second": round(len(later) / sum(later), 1),
        "prints_of_new_fingers_per_core_second": round(len(first) / sum(first), 1),
    }


def nearest_px(x: NDArray[np.float32], y: NDArray[np.float32]) -> Floats:
    """Return each minutia's distance to its nearest neighbour."""
    if len(x) < 2:
        return np.zeros(0)
    apart = np.hypot(x[:, None] - x, y[:, None] - y).astype(np.float64)
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart.min(1))


def ridge_period_px(path: Path, dpi: float | None) -> float:
    """Return a print's median ridge period at 500 dpi, 0 where none can be measured."""
    grey = grey_at_500_dpi(path, dpi)
    try:
        box = find_print(grey, PARAMETERS)
    except SampleRejected:
        return 0.0
    return measure_ridges(
        grey[box.top : box.bottom, box.left : box.right], PARAMETERS.ridges
    ).typical_period_px()


def _quantiles(values: NDArray[Any]) -> list[float]:
    return [round(float(each), 3) for each in np.quantile(values, QUANTILES)]


def _histograms(measured: dict[str, _Measured]) -> dict[str, Any]:
    """Shares of the comparisons in bins of one score point; failed extractions are in none."""
    every = np.concatenate([np.concatenate([each.genuine, each.impostor]) for each in measured.values()])
    every = every[np.isfinite(every)]
    edges = np.arange(np.floor(every.min()), np.ceil(every.max()) + 1)
    return {
        f"{name} {kind}": {
            "edges": edges.tolist(),
            "share": (np.histogram(scores, edges)[0] / len(scores)).tolist(),
        }
        for name, each in measured.items()
        for kind, scores in (("genuine", each.genuine), ("impostor", each.impostor))
    }
