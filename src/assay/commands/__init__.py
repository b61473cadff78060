"""One module per verb that is not a step."""
