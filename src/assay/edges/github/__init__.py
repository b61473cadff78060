"""GitHub: no other room knows it."""
