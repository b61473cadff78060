"""Fills the lock of OPA from OPA's release, or with --check says whether it is filled. Uses only the standard library.

It downloads and digests each file, and compares the digest with the checksum published beside the file. A release of
Assay runs `--check` first, so that no release has an empty lock. Nobody writes a checksum by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import urllib.request
from pathlib import Path

LOCK = Path(__file__).parents[2] / "actions" / "opa.lock.json"
FILES = (
    "opa_linux_amd64", "opa_linux_amd64_static", "opa_linux_arm64_static",
    "opa_darwin_amd64", "opa_darwin_arm64_static", "opa_windows_amd64.exe",
)  # fmt: skip
SECONDS = 300


def main() -> int:
    """0 if the lock is filled, now or before; 1 if not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only check the lock; write nothing")
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--from", dest="source", help="URL to download from; optional; default: the lock's own")
    given = parser.parse_args()
    lock = json.loads(given.lock.read_text())
    try:
        held = lock["sha256"] if given.check else {name: fetch(given.source or lock["from"], name) for name in FILES}
    except (OSError, ValueError) as error:
        print(f"The lock of OPA was not filled: {error}", file=sys.stderr)
        return 1
    lacking = [name for name in FILES if not re.fullmatch("[0-9a-f]{64}", str(held.get(name, "")))]
    if lacking:
        print(
            f"The lock of OPA {lock['version']} lacks {', '.join(lacking)}; run this without --check.", file=sys.stderr
        )
        return 1
    if not given.check:
        given.lock.write_text(json.dumps({**lock, "sha256": held}, indent=2) + "\n")
    print(f"The lock of OPA {lock['version']} holds {len(held)} checksums.")
    return 0


def fetch(source: str, name: str) -> str:
    """The digest of a released file; raises ValueError unless the published checksum says the same."""
    found = hashlib.sha256()
    with urllib.request.urlopen(source + name, timeout=SECONDS) as answer:  # noqa: S310  # a URL that we name
        while part := answer.read(1 << 20):
            found.update(part)
    with urllib.request.urlopen(f"{source}{name}.sha256", timeout=SECONDS) as answer:  # noqa: S310
        published = answer.read(200).decode().split()
    if published[:1] != [found.hexdigest()]:
        raise ValueError(f"{name} has the digest {found.hexdigest()}, but the release publishes {published[:1]}.")
    return found.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
