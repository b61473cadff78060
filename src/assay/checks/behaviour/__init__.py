"""Whether the model behaves as declared."""
