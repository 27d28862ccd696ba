"""Enrolment on a real database, object store and queue."""
