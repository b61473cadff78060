"""Pages in words: numbers, bars, outcomes and reasons for readers, and foreign text made harmless."""
