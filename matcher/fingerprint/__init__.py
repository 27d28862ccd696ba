"""Compares fingerprints one to one and finds one among many."""
