"""What is signed of a dossier."""
