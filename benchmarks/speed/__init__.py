"""How much time the service adds to the extraction and the index call that it cannot do without."""
