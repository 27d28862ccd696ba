"""Compiles the kernels of this package."""

from pathlib import Path

from biometrics.compiled import compiler

kernel = compiler([Path(__file__).parent])
