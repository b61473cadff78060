"""Formats of data files: one module each, chosen by the end of a file's name."""
