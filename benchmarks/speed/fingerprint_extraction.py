"""How many prints per second does one core extract, at each step from the published network to ours?"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.fingerprint_verification import compare_database, mean_of, rates
from benchmarks.extraction_variants import POINTS, PUBLISHED, Find, open_variants
from benchmarks.finger_samples import Extracted, PrintSet, first_impressions, read_prints
from benchmarks.grey_prints import believed_dpi
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.presence import find_print
from biometrics.fingerprint.resolution import to_working_resolution
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import DecodedImage, ImageLimits, decode_image, to_grey

T = TypeVar("T")
Grey = NDArray[np.uint8]

WHOLE = "extraction"
SURE = 0.5
SAME_PX, SAME_RAD = 3.0, 0.2
"""Two minutiae of one image are the same within this; cylinders blur positions by 8 px and 0.5 rad."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--impressions", type=int, default=4, help="of each finger, the first so many")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Run every form on every print by turns, so that all meet the same noise; then compare the templates."""
    prints = first_impressions(read_prints(arguments.data), arguments.impressions)
    images = [_decoded(path, arguments.dpi) for path in prints.paths]
    measured = _Measured(open_variants(), FingerprintExtractor.open())
    measured.warm_up(*images[0])
    for image, dpi in progress.track(images, len(images), "extracting"):
        measured.add(image, dpi)
    spent, found = measured.spent, measured.found
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            f"the first {arguments.impressions} impressions of every finger; decoded images at 500 dpi in"
            " memory; processor time of one thread, all forms by turns on each print; published: as the file"
            " comes; rebuilt: native operators, all heads everywhere; points: direction and kind only where a"
            " minutia was found; whole, cropped: the image, or its foreground, segmentation included;"
            " extraction: everything from resampling to the template's bytes;"
            " accuracy: all pairs inside each database, mean over the databases; agreement: share of the"
            f" published network's minutiae of at least {SURE} that the form has within {SAME_PX:g} px and"
            f" {SAME_RAD:g} rad, over all prints"
        ),
        "models_used": ["leader"],
        "producer": measured.extractor.producer,
        "counts": {"prints": len(images), "fingers": int(prints.finger.max()) + 1},
        "metrics": {
            "forms": {
                name: speed(spent[name], spent[PUBLISHED])
                | ({} if name == WHOLE else {"agreement": agreement(found[PUBLISHED], found[name])})
                | _accuracy(prints, measured.templates[name])
                for name in spent
            },
            "steps_cpu_ms": {
                name: round(1e3 * float(np.mean(each)), 2) for name, each in measured.steps.items()
            },
        },
    }


class _Measured:
    """Minutiae, templates and times of each form, print after print."""

    def __init__(self, variants: dict[str, Find], extractor: FingerprintExtractor) -> None:
        self.extractor = extractor
        self.found: dict[str, list[Minutiae | None]] = {name: [] for name in variants}
        self.templates: dict[str, list[bytes | None]] = {name: [] for name in [*variants, WHOLE]}
        self.spent: dict[str, list[float]] = {name: [] for name in [*variants, WHOLE]}
        self.steps: dict[str, list[float]] = {}
        self._variants = variants

    def warm_up(self, image: DecodedImage, dpi: float) -> None:
        """Compile kernels and fill caches, outside the times."""
        for find in self._variants.values():
            find(to_grey(image.pixels))
        _extracted(self.extractor, image, dpi)

    def add(self, image: DecodedImage, dpi: float) -> None:
        """Run all forms on one print."""
        grey = to_working_resolution(to_grey(image.pixels), dpi, PARAMETERS.resolution)
        height, width = grey.shape
        for name, find in self._variants.items():
            minutiae, cpu_s = _timed(partial(find, grey))
            self.found[name].append(minutiae)
            self.templates[name].append(None if minutiae is None else _packed(width, height, minutiae))
            self.spent[name].append(cpu_s)
        payload, cpu_s = _timed(partial(_extracted, self.extractor, image, dpi))
        self.templates[WHOLE].append(payload)
        self.spent[WHOLE].append(cpu_s)
        self._add_steps(grey)

    def _add_steps(self, grey: Grey) -> None:
        try:
            box = self._step("foreground", partial(find_print, grey, PARAMETERS))
        except SampleRejected:
            return
        crop = np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right])
        self._step("ridges", partial(measure_ridges, crop, PARAMETERS.ridges))
        minutiae = self._step("minutiae", partial(self._variants[POINTS], crop))
        assert minutiae is not None
        self._step("cylinders", partial(_packed, grey.shape[1], grey.shape[0], minutiae))

    def _step(self, name: str, work: Callable[[], T]) -> T:
        value, cpu_s = _timed(work)
        self.steps.setdefault(name, []).append(cpu_s)
        return value


def speed(spent: list[float], published: list[float]) -> dict[str, float]:
    """Return time per print and how many times the published network's rate that is."""
    mean = float(np.mean(spent))
    return {
        "cpu_ms": round(1e3 * mean, 1),
        "prints_per_core_second": round(1 / mean, 2),
        "times_published": round(float(np.mean(published)) / mean, 2),
    }


def agreement(published: list[Minutiae | None], ours: list[Minutiae | None]) -> float:
    """Return the share of sure published minutiae that ours have too."""
    same = total = 0
    for theirs, own in zip(published, ours, strict=True):
        if theirs is None:
            continue
        sure = theirs.take(np.flatnonzero(theirs.quality >= SURE))
        total += len(sure)
        if own is None or not len(own):
            continue
        apart = np.hypot(sure.x[:, None] - own.x, sure.y[:, None] - own.y)
        turn = np.abs(np.angle(np.exp(1j * (sure.angle_rad[:, None] - own.angle_rad))))
        same += int(((apart <= SAME_PX) & (turn <= SAME_RAD)).any(1).sum())
    return round(same / max(total, 1), 5)


def _decoded(path: Path, dpi: float | None) -> tuple[DecodedImage, float]:
    image = decode_image(path.read_bytes(), ImageLimits())
    return image, believed_dpi(image, dpi)


def _extracted(extractor: FingerprintExtractor, image: DecodedImage, dpi: float) -> bytes | None:
    try:
        return extractor.extract(image, dpi=dpi).template.payload
    except SampleRejected:
        return None


def _packed(width: int, height: int, minutiae: Minutiae) -> bytes:
    return FingerprintTemplate.from_minutiae(width, height, minutiae).to_bytes()


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    value = work()
    return value, time.process_time() - start


def _accuracy(prints: PrintSet, payloads: list[bytes | None]) -> dict[str, float]:
    extracted = Extracted(payloads, {}, np.zeros(len(payloads)), np.zeros(len(payloads)), "")
    macro = mean_of([rates(*compare_database(prints, extracted, k))["all"] for k in range(len(prints.names))])
    return {"eer": macro["eer"], "fmr1000": macro["fmr1000"]}
