"""One file per resource: which requests exist, and which flow each one starts."""
