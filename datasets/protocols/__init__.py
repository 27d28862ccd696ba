"""Readers of the layouts of public test sets: which file shows whom, and which pairs to compare."""
