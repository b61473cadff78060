"""Edges: one module per outside system."""
