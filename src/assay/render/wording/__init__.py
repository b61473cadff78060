"""Pages in words: numbers, bars, outcomes and reasons as a reader meets them, and text made harmless."""
