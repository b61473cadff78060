"""A search for a gate that opens though the contract keeps it shut: generated decisions, and an oracle of its own."""
