"""Whether the data are clean."""
