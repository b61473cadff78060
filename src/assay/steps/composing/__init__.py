"""Parts of the step `card`: its content and its renderings."""
