"""Options of verbs: flags, environment variables and help text."""
