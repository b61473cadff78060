"""Faces of a dossier: one module per format, found by listing this folder; they show and never decide."""
