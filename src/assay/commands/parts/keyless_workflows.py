"""Workflows that sign with their own identity: what changes in them, and whether the trust file asks for it."""

from __future__ import annotations

import re
from pathlib import Path

from assay.edges.attestation.trust_file import load_trust
from assay.edges.files import read_beneath
from assay.errors import AssayError, UsageError
from assay.manifest.document import FILE
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES

RIGHT = "id-token: write # to sign with the identity of this workflow"
_SECRET_KEY, _PUBLIC_KEY = "secrets.ASSAY_SIGNING_KEY", "vars.ASSAY_PUBLIC_KEY"


def asks_for_keyless(folder: Path) -> tuple[bool, str | None]:
    """Whether the trust file of a folder's manifest lists identities; and a note if it cannot be read."""
    try:
        _, manifest, _ = read_manifest(read_beneath(folder, FILE, limit=MAX_BYTES, error=UsageError), FILE)
    except AssayError:
        return False, None
    if manifest is None or manifest.trust is None:
        return False, None
    try:
        return any(each.is_keyless for each in load_trust(str(folder / manifest.trust)).keys), None
    except AssayError as error:
        return False, f"`{manifest.trust}` cannot be read ({error}), so new workflows sign with a key"


def keyless_text(file: str, text: str) -> str:
    """A workflow that signs with its identity, and holds no key; `file` is the name under which it is written.

    Only jobs that had the key get the right. A workflow that signs nothing stays as it is.
    """
    jobs = re.split(r"(?m)^(?=  [a-z]+:\n)", text)
    return "".join(_keyless_job(file, job) if _SECRET_KEY in job else job for job in jobs)


def signs_keyless(text: str) -> bool:
    """Whether a workflow signs with its identity, or signs nothing."""
    return RIGHT.partition(" #")[0] in text or _SECRET_KEY not in text


def _keyless_job(file: str, job: str) -> str:
    job = re.sub(r"(?m)^(    permissions:\n(?:      .*\n)*)", rf"\1      {RIGHT}\n", job, count=1)
    job = job.replace(f"SIGNED: ${{{{ {_SECRET_KEY} != '' }}}}", 'SIGNED: "true"')
    job = job.replace("; it may hold the key that signs", "")
    job = re.sub(rf"(?m)^( +(?:signing-)?key: )\$\{{\{{ {re.escape(_SECRET_KEY)} \}}\}}$", r"\1keyless", job)
    job = re.sub(r"(?m)^ +password: .*\n", "", job)
    # A promotion reads which keys count from the default branch; who publishes has no checkout, and knows its own name.
    job = re.sub(rf"(?m)^ +key: \$\{{\{{ {re.escape(_PUBLIC_KEY)} \}}\}}\n", "", job)
    own = f"${{{{ github.server_url }}}}/${{{{ github.repository }}}}/.github/workflows/{file}@${{{{ github.ref }}}}"
    return re.sub(rf"(?m)^( +key: )\$\{{\{{ .*{re.escape(_PUBLIC_KEY)}.* \}}\}}$", lambda found: found[1] + own, job)
