"""Parts of a release: its assets, its text and its registration."""
