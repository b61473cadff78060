"""The parts of a plan: check blocks, inputs, policies."""
