"""Measures what a score is worth: fits the tables that turn scores into false-match rates."""
