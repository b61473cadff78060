"""Compares the policies that judged with those that ship with this Assay and those of the checkout."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from assay import DISTRIBUTION
from assay.documents.shipped import shipped_folder
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.files import digest_beneath
from assay.edges.line_ends import have_other_line_ends
from assay.edges.rego.bundle import Bundle, read_policy_files
from assay.edges.store import DossierFolder
from assay.errors import PolicyError
from assay.steps.verifying.verification_report import Verification

SHOWN = 10


def verify_policies(dossier: DossierFolder, plan: Plan, page: ManifestPage, bundle: Bundle) -> Verification:
    """A report on the policies' origin; a difference is no error, because another version of Assay may ship others."""
    shipped = {file.path: file.digest for file in read_policy_files([shipped_folder("policies")])}
    own = _own(dossier.root, page) if plan.changes is None else None
    found = {file.path: file.digest for file in bundle.files}
    known = {**shipped, **({path: there for path in found if (there := _digest(own, path))} if own else {})}
    same = sorted(path for path in found if known.get(path) == found[path])
    differing = [path for path in sorted(found.keys() & known.keys()) if path not in same]
    other = [f"{path} differs{_by_line_ends(own, path, found[path])}" for path in differing]
    other += [f"{path} is unknown" for path in sorted(found.keys() - known.keys())]
    other += [f"{path} is missing" for path in sorted(shipped.keys() - found.keys())]
    here = f"Assay {version(DISTRIBUTION)}" + (f" or this checkout's {page.manifest['policies']}" if own else "")
    listed = ", ".join(other[:SHOWN]) + (f" and {len(other) - SHOWN} more" if len(other) > SHOWN else "")
    return Verification(
        checked=(f"{len(same)} of {len(found)} policy files are those of {here}",),
        unknown=(f"the origin of the other policies: {listed}",) if other else (),
    )


def _own(root: Path, page: ManifestPage) -> Path | None:
    named = page.manifest.get("policies")
    return (
        root / named if isinstance(named, str) and ".." not in Path(named).parts and (root / named).is_dir() else None
    )


def _by_line_ends(folder: Path | None, path: str, expected: str) -> str:
    return " in line ends only" if folder is not None and have_other_line_ends(folder, path, expected) else ""


def _digest(folder: Path, path: str) -> str | None:
    try:
        return digest_beneath(folder, path, error=PolicyError)[0]
    except PolicyError:
        return None
