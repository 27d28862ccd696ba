"""Rules of law as data: which capture is permitted, by act and section."""
