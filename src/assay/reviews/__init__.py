"""Who approved a change: reviews as data, and the rules that count them."""
