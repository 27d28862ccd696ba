"""Backup and restore of an installation: the rows, the images, the settings (docs/decisions/0016)."""
