"""Parts of a release: its assets, what is said beside them, and the folder that they make when downloaded."""
