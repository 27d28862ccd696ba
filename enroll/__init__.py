"""Puts people in: accepts enrolments, processes them by the queue, and runs batches of searches."""
