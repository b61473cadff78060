"""Text that a model or an installer wrote, before people read it: bounded, without control characters or secrets."""

from __future__ import annotations

import os
import re

QUOTED = 2_000
SHORTEST_SECRET = 6
SECRET = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|AUTH(?!OR)|API_?KEY|ACCESS_?KEY|PRIVATE_KEY", re.IGNORECASE
)
"""Names of environment variables whose values nobody may read in a message."""


def plain(text: str, *, limit: int = QUOTED) -> str:
    """The end of a text without control, direction and colour characters, and without secrets of the environment."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    kept = "".join(letter for letter in text if letter == "\n" or (letter.isprintable() and letter != "\ufffd"))
    for value in _secrets():
        kept = kept.replace(value, "***")
    return kept.strip()[-limit:]


def _secrets() -> list[str]:
    """The values of the environment's secrets, longest first; each line of one that has several counts."""
    values = [value for name, value in os.environ.items() if SECRET.search(name)]
    lines = {line.strip() for value in values for line in value.splitlines()}
    return sorted((line for line in lines if len(line) >= SHORTEST_SECRET), key=len, reverse=True)
