"""GitHub: the only room that knows it."""
