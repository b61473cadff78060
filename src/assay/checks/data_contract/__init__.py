"""Whether the data keep their contract."""
