"""Tests against a real PostgreSQL, a real S3 server and the real models."""
