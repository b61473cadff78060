"""The parts of predicting: probes asked of a model, and answers taken from files."""
