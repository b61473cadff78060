"""How differently the model treats groups."""
