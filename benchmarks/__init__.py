"""One file answers one question; results are files, and reports are made from result files alone."""
