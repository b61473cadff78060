"""Parts of the check of drift."""
