"""Confinement: the standard-library scripts that shut a command in, on the far side of `isolation.py`."""
