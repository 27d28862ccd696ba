"""From the bytes of a sample to a template: no database, no network, no identity."""
