"""One extractor and a few invented prints for the whole session: network runs are the slow part."""

import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import finger


@pytest.fixture(scope="session")
def extractor(models_ready: object) -> FingerprintExtractor:
    return FingerprintExtractor.open()


@pytest.fixture(scope="session")
def print_image() -> NDArray[np.uint8]:
    return finger(3, FingerPosition.RIGHT_INDEX, 0)


@pytest.fixture(scope="session")
def extraction(extractor: FingerprintExtractor, print_image: NDArray[np.uint8]) -> FingerprintExtraction:
    return extractor.extract(DecodedImage(print_image, 500.0, "PNG"))
