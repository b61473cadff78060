"""A bundle written for an engine: as a folder, or as the archive that OPA servers load."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from assay.canonical import canonical
from assay.edges.rego.bundle import Bundle


def engine_files(bundle: Bundle) -> dict[str, bytes]:
    """The files that an engine loads, by path: the Rego as it is, and all data as one JSON file."""
    files = {file.path: file.content for file in bundle.modules}
    return {**files, "data.json": canonical(bundle.data)} if bundle.data else files


def write_folder(bundle: Bundle, folder: Path) -> None:
    """Writes the files that an engine loads into an empty folder."""
    for path, content in engine_files(bundle).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def archive(bundle: Bundle) -> bytes:
    """The archive (`.tar.gz`) that OPA loads; its revision is the bundle's digest."""
    manifest = canonical({"revision": bundle.digest, "roots": [""], "rego_version": 1})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in sorted({".manifest": manifest, **engine_files(bundle)}.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
