"""A GitHub on loopback: stateful, held to GitHub's own API description, with faults on demand and a journal of calls."""
