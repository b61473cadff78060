"""The parts of the check data_hygiene."""
