"""Write a profile of a data file and propose a data contract."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.data_arguments import dialect_given, find_named
from assay.commands.parts.profile_arguments import read_profile_file
from assay.edges.data_files import dialect_of
from assay.edges.files import read_beneath, write_atomically
from assay.errors import UsageError
from assay.facts.profiles import Profile
from assay.manifest.data_blocks import Data
from assay.manifest.document import FILE
from assay.options.dialect_options import DialectOptions
from assay.tables.dialects import Dialect

GROUP = "look"
POSITIONAL = ("data",)
_NAME = "data"
_ENDING = ".json"


class Options(DialectOptions):
    """Options of `profile`."""

    data: str = Field(description="Data file, or a profile of one part of the data to merge others into.")
    like: Path | None = Field(
        None, description="Profile of a reference; the new profile uses its bucket edges and categories."
    )
    merge: tuple[str, ...] = Field((), description="Profile of another part of the data, made with the same reference.")
    out: Path | None = Field(None, description="File to write the profile to.")
    contract: Path | None = Field(
        None, description="File to write the proposed contract to. Optional; default: print it."
    )
    on: str = Field("train", description="Data set that the proposed contract is for.")
    manifest: Path = Field(Path(FILE), description="Manifest that names the id and sensitive columns, if it exists.")
    sensitive: tuple[str, ...] = Field((), description="Column to profile by counts only, without its values.")
    id: str | None = Field(None, description="Column that identifies a row; it is profiled by counts only.")
    show: tuple[str, ...] = Field((), description="Sensitive column whose values the profile may contain.")


def run(options: Options) -> int:
    """Writes the profile and the proposed contract, or prints them without a file."""
    from assay.commands.parts.contract_proposal import propose_contract
    from assay.commands.parts.written_columns import written_columns
    from assay.facts.profile_merging import merge_profiles

    profile = _first(options)
    if options.merge:
        profile = merge_profiles([profile, *(read_profile_file(Path(path)) for path in options.merge)])
    if options.out is not None:
        write_atomically(options.out, profile.content())
    proposal = propose_contract(profile, options.on, _ids(options))
    if Path(options.data).suffix != _ENDING and not options.merge:
        source = find_named(options.data, _dialect(options))
        proposal += "".join(f"{line}\n" for line in written_columns(source, profile, _NAME, _ids(options)))
    if options.contract is not None:
        write_atomically(options.contract, proposal.encode())
    if options.format == "json":
        sys.stdout.write(profile.content().decode() + "\n")
        return 0
    if options.contract is None and options.like is None and not options.merge:
        sys.stdout.write(proposal)
    size = f"{profile.rows:,} rows, {len(profile.columns):,} columns"
    where = f"  {options.out}" if options.out is not None else "  (not written; give a file with --out)"
    sys.stdout.write(f"# profile of {size}: {profile.digest()}{where}\n")
    return 0


def _first(options: Options) -> Profile:
    """The profile of the data, or the profile that was given instead of data."""
    path = Path(options.data)
    if path.suffix == _ENDING:
        if options.like is not None:
            raise UsageError("--like applies to data only; a profile has its bucket edges already.")
        return read_profile_file(path)
    from assay.tables.addressing import Table
    from assay.tables.answering import Tables
    from assay.tables.profiling import profile_table

    like = read_profile_file(options.like) if options.like is not None else None
    source = find_named(options.data, _dialect(options))
    with Tables({_NAME: source}, {}, None) as tables:
        return profile_table(tables.answer, Table(_NAME), source=source.digest, like=like, hidden=_hidden(options))


def _dialect(options: Options) -> Dialect:
    """How the data are written: as the flags say, else as the manifest says of the data set at this path."""
    given = dialect_given(options)
    if given.declared():
        return given
    data, folder = _data_of(options.manifest), options.manifest.parent
    paths = {name: each.path for name, each in data.sets.items() if each.path is not None}
    path = os.path.realpath(options.data)
    name = next((name for name, each in paths.items() if os.path.realpath(folder / each) == path), None)
    return dialect_of(data, name) if name is not None else given


def _hidden(options: Options) -> set[str]:
    """The columns that are profiled by counts only."""
    named = {*options.sensitive, *_data_of(options.manifest).about_people} - set(options.show)
    return named | _ids(options)


def _ids(options: Options) -> set[str]:
    """The columns that identify a row."""
    return {each for each in (options.id, _data_of(options.manifest).id) if each is not None}


def _data_of(path: Path) -> Data:
    """The data block of a manifest; empty if there is no manifest."""
    from assay.errors import ManifestError
    from assay.manifest.parsing import read_manifest
    from assay.manifest.yaml_strict import MAX_BYTES as MAX_MANIFEST

    if not path.exists():
        return Data(sets={})
    content = read_beneath(Path(os.path.realpath(path.parent)), path.name, limit=MAX_MANIFEST, error=UsageError)
    _, manifest, problems = read_manifest(content, path.name)
    if problems or manifest is None:
        raise ManifestError(problems)
    return manifest.data or Data(sets={})
