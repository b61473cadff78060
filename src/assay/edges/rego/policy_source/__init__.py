"""What a policy says before any engine evaluates it: the names it looks at, and whether every engine means the same."""
