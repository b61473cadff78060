"""The loans of the story: who approves them, and models that are good, biased or know nothing."""

from __future__ import annotations

import random

from tests.support.repositories import rows, scores_text

NAME = "acme/loans"
POLICIES = "policies: ['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*'], vouched_by: credit-risk"
MORE = f"""\
stages:
  validation: {{{POLICIES}}}
  staging: {{after: validation, {POLICIES}}}
  production: {{after: staging, approvals: [domain_expert, ml_engineer], {POLICIES}}}
roles:
  domain_expert: {{users: [ada]}}
  ml_engineer: {{users: [grace]}}
"""


def good(seed: int) -> str:
    """Scores of a fair and able model."""
    drawn = random.Random(seed)
    return scores_text([(*row[:4], round(min(1.0, row[4] + drawn.random() / 100), 6)) for row in rows()])


def biased() -> str:
    """Scores that are lower for a group, whoever asks."""
    return scores_text([(*row[:4], row[4] * (0.5 if row[2] == "b" else 1)) for row in rows()])


def worse() -> str:
    """Scores that know nothing."""
    drawn = random.Random(3)
    return scores_text([(*row[:4], drawn.random()) for row in rows()])
