"""The version of an installed distribution, from the name of the folder that its installation made."""

from __future__ import annotations

import sys
from pathlib import Path


def installed_version(distribution: str) -> str | None:
    """The version, or None if there is none.

    `importlib.metadata` says the same, but first imports all that reads e-mail; it is asked where names do not tell.
    """
    named = distribution.replace("-", "_")
    for folder in sys.path:
        found = list(Path(folder).glob(f"{named}-*.dist-info"))
        if len(found) > 1:
            break
        if found:
            return found[0].name.removesuffix(".dist-info").removeprefix(f"{named}-")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
