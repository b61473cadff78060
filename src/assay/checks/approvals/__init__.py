"""Who approved the change."""
