"""Signed statements: keys, envelopes, trust."""
