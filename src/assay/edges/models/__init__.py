"""Model formats: one module each, loaded by path both here and in the model's own process."""
