"""Signatures of a dossier: their statements, and how they are made and verified."""
