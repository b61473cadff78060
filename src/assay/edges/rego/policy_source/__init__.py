"""Analysis of a policy's source: which names it reads, and whether every engine evaluates it alike."""
