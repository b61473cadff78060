"""Checks: each module measures one thing about a model and judges nothing."""
