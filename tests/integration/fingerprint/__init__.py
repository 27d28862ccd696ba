"""Fingerprint extraction with the real network."""
