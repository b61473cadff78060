"""Whether the labels are given away, whatever checks are declared."""
