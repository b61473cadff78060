"""The parts of collecting: checks asked in rounds."""
