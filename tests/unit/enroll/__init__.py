"""Enrolment's own rules, without any service."""
