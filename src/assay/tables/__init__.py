"""Columnar data: files scanned once a round, questions answered."""
