"""Tables that drift, and the block that compares them."""

import numpy as np

BLOCK = """\
  drift:
    reference: before
    current: now
    columns: [amount, region]
    bars: {psi: "<= 0.2"}
"""


def text(seed: int, *, moved: float = 0.0, count: int = 2_000) -> str:
    """A CSV of amounts and regions."""
    draw = np.random.default_rng(seed)
    amounts, regions = draw.normal(100 + moved, 20, count), draw.choice(["north", "south", "west"], count)
    lines = (f"{amount!r},{region}\n" for amount, region in zip(amounts.tolist(), regions, strict=True))
    return "amount,region\n" + "".join(lines)
