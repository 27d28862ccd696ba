"""From a probe template to ranked candidates: knows subjects by an opaque id, never people."""
