"""Who may approve: the people behind accounts, who made the change, and what is not known of them."""
