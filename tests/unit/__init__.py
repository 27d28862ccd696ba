"""Tests that need no server: one package, one file, milliseconds each."""
