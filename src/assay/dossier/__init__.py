"""The pages of a dossier, and what they share."""
