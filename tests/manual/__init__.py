"""The reference pages of the manual, made from the code: `python -m tests.manual` writes `docs/reference` again."""
