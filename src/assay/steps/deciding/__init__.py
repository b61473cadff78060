"""How a decision is made."""
