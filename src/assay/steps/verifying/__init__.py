"""Parts of verification: the pages, the decision made again, the inputs, the signed statements."""
