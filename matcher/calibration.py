"""Turns a comparison score into a false-match rate and its interval, by a table of what impostors reached."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.template import Modality
from core.settings import settings
from matcher.errors import CalibrationInvalid, CalibrationMissing
from matcher.parameters import MATCHER

Floats = NDArray[np.float64]

_ROUNDED = 1e-4
"""Logarithms in a file have four decimals: an end of an interval may come to lie this far inside."""

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
        bounds: (lowest, highest) log10 of the rate at each point, a 95 % interval over the people that
            were compared; empty where it was not measured.
    """

    producer: str
    protocol: str
    comparisons: int
    points: tuple[tuple[float, float], ...]
    measured_to: float
    bounds: tuple[tuple[float, float], ...] = ()
    population: str = ""

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
        if self.bounds and not _enclose(np.asarray(self.bounds, dtype=float), table[:, 1]):
            raise CalibrationInvalid(
                "Calibration bounds must enclose the rate at each point and fall with it; fit it anew.",
                producer=self.producer,
            )

    def false_match_rate(self, score: float) -> float:
        """Return the share of comparisons of different people that reach ``score``."""
        return float(self.false_match_rates(np.asarray([score], dtype=float))[0])

    def false_match_rates(self, scores: Floats) -> Floats:
        """Return one rate per score: 1 below the table, the tail's slope continued above it."""
        return self._rates(scores, self._table[1])

    def interval(self, score: float) -> tuple[float, float] | None:
        """Return the lowest and the highest rate that the measurement leaves open at a score.

        None where the interval was not measured. Beyond the table both ends are continued like the rate.
        """
        if not self.bounds:
            return None
        at = np.asarray([score], dtype=float)
        rate, low, high = (float(self._rates(at, column)[0]) for column in self._table[1:])
        return min(low, rate), max(high, rate)

    def score_at(self, rate: float) -> float:
        """Return the lowest score whose rate is not above ``rate``."""
        at, logs = self._table[:2]
        log = np.log10(max(rate, self.least_rate))
        if log < logs[-1]:
            return float(at[-1] + (log - logs[-1]) / _last_slope(at, logs))
        return float(np.interp(-log, -logs, at))

    @property
    def least_rate(self) -> float:
        """The lowest rate that is ever stated."""
        return float(10.0 ** (self.measured_to - MATCHER.extrapolated_decades))

    def extrapolated(self, score: float) -> bool:
        """Whether fewer impostors than are needed to measure a rate reached this score."""
        return score > self.points[-1][0]

    @cached_property
    def _table(self) -> Floats:
        """Scores, logarithms of the rates, and of the interval's ends where there are any, row by row."""
        columns = [self.points, self.bounds] if self.bounds else [self.points]
        return np.ascontiguousarray(np.hstack([np.asarray(each, dtype=float) for each in columns]).T)

    def _rates(self, scores: Floats, column: Floats) -> Floats:
        at = self._table[0]
        logs = np.interp(scores, at, column, left=0.0)
        beyond = scores > at[-1]
        logs[beyond] = column[-1] + _last_slope(at, column) * (scores[beyond] - at[-1])
        floor = self.measured_to - MATCHER.extrapolated_decades
        return np.asarray(10.0 ** np.maximum(logs, floor))

    @classmethod
    def from_scores(cls, producer: str, protocol: str, impostors: Floats) -> "Calibration":
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
        """Return the text of a file with this calibration alone."""
        return json.dumps(self._document(), indent=1) + "\n"

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "producer": self.producer,
            "protocol": self.protocol,
            "comparisons": self.comparisons,
            "measured_to": round(self.measured_to, 4),
            "points": [[round(score, 6), round(rate, 4)] for score, rate in self.points],
        }
        if self.bounds:
            document["bounds"] = [[round(low, 4), round(high, 4)] for low, high in self.bounds]
        if self.population:
            document["population"] = self.population
        return document

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Read a file with one calibration, or the first of several."""
        return read_calibrations(text)[0]

    @classmethod
    def _read(cls, document: Any, producer: str) -> "Calibration":
        return cls(
            producer=producer,
            protocol=document["protocol"],
            comparisons=int(document["comparisons"]),
            points=tuple((float(score), float(rate)) for score, rate in document["points"]),
            measured_to=float(document["measured_to"]),
            bounds=tuple((float(low), float(high)) for low, high in document.get("bounds", ())),
            population=str(document.get("population", "")),
        )


def calibrations_to_json(calibrations: Sequence[Calibration]) -> str:
    """Return the text of a file with one producer's calibrations of several populations."""
    (producer,) = {each.producer for each in calibrations}
    documents = [each._document() for each in calibrations]
    for document in documents:
        del document["producer"]
    return json.dumps({"producer": producer, "populations": documents}, indent=1) + "\n"


def read_calibrations(text: str) -> tuple[Calibration, ...]:
    """Read a calibration file's text, of one population or of several.

    Raises:
        CalibrationInvalid: a field is missing, or a table does not rise and fall as it must.
    """
    try:
        document = json.loads(text)
        documents = document.get("populations", [document])
        read = tuple(Calibration._read(each, document["producer"]) for each in documents)
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise CalibrationInvalid(f"A calibration file is damaged ({problem}); fit it anew.") from problem
    if not read:
        raise CalibrationInvalid("A calibration file holds no population; fit it anew.")
    return read


def _last_slope(at: Floats, column: Floats) -> float:
    """Return the mean slope of the last stretch of logarithms, by which they go on."""
    start = max(int(np.searchsorted(-column, -(column[-1] + MATCHER.tail_decades), "right")) - 1, 0)
    start = min(start, len(at) - 2)
    return float((column[-1] - column[start]) / (at[-1] - at[start]))


def _enclose(bounds: Floats, logs: Floats) -> bool:
    return (
        bounds.shape == (len(logs), 2)
        and bool(np.isfinite(bounds).all())
        and bool((bounds[:, 0] <= logs + _ROUNDED).all() and (bounds[:, 1] >= logs - _ROUNDED).all())
        and bool((np.diff(bounds, axis=0) <= 0).all() and (bounds <= 0).all())
    )


CalibrationSource = Callable[[Modality, str], Calibration]
"""Finds the calibration of a modality's producer."""


@lru_cache(maxsize=16)
def calibration_for(modality: Modality, producer: str) -> Calibration:
    """Return the operator's own calibration of ``producer``, else the shipped one.

    Looked for in ``calibrations/`` of the models directory, where an operator puts what ``benchmarks``
    fitted on own photographs or for an own model, then in the modality's package. Of a file with several
    populations it is that of the settings; a file that lacks it gives its first.

    Raises:
        CalibrationMissing: no file is of this producer; a rate of another one would be wrong.
    """
    calibrations = populations_for(modality, producer)
    wanted = [each for each in calibrations if each.population == settings().face_population]
    if calibrations:
        return (wanted or list(calibrations))[0]
    raise CalibrationMissing(
        f"No false-match rates are known for the {modality} producer {producer}. Measure them with"
        f" `python -m benchmarks.run calibration/{_PACKAGES[modality]}` and place the file in"
        f" {settings().models_dir / 'calibrations'}.",
        producer=producer,
        calibrated=[each[0].producer for each in _read_files(modality)],
    )


def populations_for(modality: Modality, producer: str) -> tuple[Calibration, ...]:
    """Return the calibrations of all populations in the first file of a producer, none when there is none."""
    return next((each for each in _read_files(modality) if each[0].producer == producer), ())


def _read_files(modality: Modality) -> Iterator[tuple[Calibration, ...]]:
    return (read_calibrations(path.read_text(encoding="utf-8")) for path in _calibration_files(modality))


def _calibration_files(modality: Modality) -> list[Path]:
    package = Path(str(files(f"matcher.{_PACKAGES[modality]}")))
    shipped = sorted(package.glob("calibration*.json"))
    own = sorted((settings().models_dir / "calibrations").glob("*.json"))
    return [path for path in (*own, *shipped) if path.is_file()]
