"""Comparing face templates: unit vectors whose inner product is the score."""
