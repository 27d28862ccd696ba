"""Runs an embedder's network in whole numbers of eight bits, several times as fast as in floating point."""
