"""How many examples a law looks at: on a change a third of those of the nightly run, which has new ones each time."""

from hypothesis import settings

LEAST = 5


def examples(nightly: int) -> int:
    """The number of examples for the profile that is loaded."""
    return max(LEAST, nightly // 3) if settings().derandomize else nightly
