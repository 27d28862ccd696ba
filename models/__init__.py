"""Model files: which there are, where they come from, and how one is opened after its digest is checked."""
