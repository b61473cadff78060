"""Whether data drifted."""
