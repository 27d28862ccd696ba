"""Codecs of standards: bytes to values and back, nothing else."""
