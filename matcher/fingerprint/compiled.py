"""The compilers of this package's kernels; what they call may lie here or in the extractor's package."""

from pathlib import Path

import biometrics.fingerprint
from biometrics.compiled import compiler

FOLDERS = (Path(__file__).parent, Path(biometrics.fingerprint.__file__).parent)

kernel = compiler(FOLDERS)
"""Exact arithmetic: the same scores on every machine of one kind."""

fast_kernel = compiler(FOLDERS, fastmath=True, error_model="numpy")
"""For the scan, whose scores only choose what is compared."""
