"""One module per policy engine."""
