"""Which version is in which stage: tags, entries, chains and the rules of promotion."""
