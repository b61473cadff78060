"""Pure numbers: arrays and counts in, estimates with intervals out; nothing undefined is ever a number."""
