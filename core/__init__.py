"""Errors, settings, identifiers, logging and the clock: what every other package may lean on."""
