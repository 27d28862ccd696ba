"""The command line and the launcher: one command that starts every part and stops every part."""
