"""Benchmarks run with the real models."""
