"""The launcher's own logic."""
