"""The console's words and forms."""
