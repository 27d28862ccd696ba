"""Turns a comparison score into a false-match rate, by a table measured on pairs of different people."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.template import Modality
from core.settings import settings
from matcher.errors import CalibrationInvalid, CalibrationMissing
from matcher.parameters import MATCHER

_PACKAGES = {Modality.FACE: "face", Modality.FINGER: "fingerprint"}


@dataclass(frozen=True)
class Calibration:
    """The measured false-match rates of one producer's comparison scores.

    Attributes:
        producer: Whose templates were compared.
        protocol: What was compared, in words.
        comparisons: Number of impostor comparisons behind the table.
        points: (score, log10 of the false-match rate), score rising, rate falling from 0.
        measured_to: log10 of the lowest rate that was measured; below it the rate is extrapolated.
    """

    producer: str
    protocol: str
    comparisons: int
    points: tuple[tuple[float, float], ...]
    measured_to: float

    def __post_init__(self) -> None:
        table = np.asarray(self.points, dtype=float)
        if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] != 2 or not np.isfinite(table).all():
            raise CalibrationInvalid(
                "A calibration needs at least two points [score, log10_fmr]; fit it anew."
            )
        if (np.diff(table[:, 0]) <= 0).any() or (np.diff(table[:, 1]) >= 0).any() or table[0, 1] > 0:
            raise CalibrationInvalid(
                "Calibration points must have rising scores and falling rates; fit it anew.",
                producer=self.producer,
            )

    def false_match_rate(self, score: float) -> float:
        """Return the share of comparisons of different people that reach ``score``."""
        return float(self.false_match_rates(np.asarray([score], dtype=float))[0])

    def false_match_rates(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one rate per score: 1 below the table, the tail's slope continued above it."""
        table = np.asarray(self.points, dtype=float)
        logs = np.interp(scores, table[:, 0], table[:, 1], left=0.0)
        last_score, last_log = table[-1]
        start = max(int(np.searchsorted(-table[:, 1], -(last_log + MATCHER.tail_decades), "right")) - 1, 0)
        start = min(start, len(table) - 2)
        slope = (last_log - table[start, 1]) / (last_score - table[start, 0])
        beyond = scores > last_score
        logs[beyond] = last_log + slope * (scores[beyond] - last_score)
        floor = self.measured_to - MATCHER.extrapolated_decades
        return np.asarray(10.0 ** np.maximum(logs, floor))

    @classmethod
    def from_scores(cls, producer: str, protocol: str, impostors: NDArray[np.float64]) -> "Calibration":
        """Measure a calibration from the scores of comparisons of different people.

        Args:
            impostors: One score per comparison, in any order.
        """
        falling = np.sort(np.asarray(impostors, dtype=float))[::-1]
        if len(falling) < MATCHER.tail_comparisons * 10:
            raise CalibrationInvalid("Give at least a hundred impostor scores.", given=len(falling))
        lowest = np.log10(MATCHER.tail_comparisons / len(falling))
        steps = int(np.ceil(-lowest * MATCHER.points_per_decade)) + 1
        points: list[tuple[float, float]] = []
        for log_rate in np.linspace(0.0, lowest, steps):
            score = float(falling[min(round(10**log_rate * len(falling)), len(falling)) - 1])
            rate = float(np.log10(np.searchsorted(-falling, -score, "right") / len(falling)))
            if not points or (score > points[-1][0] and rate < points[-1][1]):
                points.append((score, rate))
        return cls(producer, protocol, len(falling), tuple(points), points[-1][1])

    def to_json(self) -> str:
        """Return the text of a calibration file."""
        document = {
            "producer": self.producer,
            "protocol": self.protocol,
            "comparisons": self.comparisons,
            "measured_to": round(self.measured_to, 4),
            "points": [[round(score, 6), round(rate, 4)] for score, rate in self.points],
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Read a calibration file's text."""
        try:
            document = json.loads(text)
            return cls(
                producer=document["producer"],
                protocol=document["protocol"],
                comparisons=int(document["comparisons"]),
                points=tuple((float(score), float(rate)) for score, rate in document["points"]),
                measured_to=float(document["measured_to"]),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise CalibrationInvalid(f"A calibration file is damaged ({problem}); fit it anew.") from problem


CalibrationSource = Callable[[Modality, str], Calibration]
"""Finds the calibration of a modality's producer."""


@lru_cache(maxsize=16)
def calibration_for(modality: Modality, producer: str) -> Calibration:
    """Return the calibration shipped for ``producer``, or the operator's own.

    Looked for in the modality's package, then in ``calibrations/`` of the models directory, where
    the operator of an own model puts what ``benchmarks`` fitted for it.

    Raises:
        CalibrationMissing: no file is of this producer; a rate of another one would be wrong.
    """
    found: list[str] = []
    for path in _calibration_files(modality):
        calibration = Calibration.from_json(path.read_text(encoding="utf-8"))
        if calibration.producer == producer:
            return calibration
        found.append(calibration.producer)
    raise CalibrationMissing(
        f"No false-match rates are known for the {modality} producer {producer}. Measure them with"
        f" `python -m benchmarks.run calibration/{_PACKAGES[modality]}` and place the file in"
        f" {settings().models_dir / 'calibrations'}.",
        producer=producer,
        calibrated=found,
    )


def _calibration_files(modality: Modality) -> list[Path]:
    package = Path(str(files(f"matcher.{_PACKAGES[modality]}")))
    shipped = sorted(package.glob("calibration*.json"))
    own = sorted((settings().models_dir / "calibrations").glob("*.json"))
    return [path for path in (*shipped, *own) if path.is_file()]
