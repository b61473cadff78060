"""The manifest's blocks on data: data sets, their limits, and the roles of columns."""

from __future__ import annotations

import contextlib
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from assay.errors import ManifestError
from assay.manifest.block_parts import (
    Block,
    Decimal,
    Delimiter,
    Encoding,
    FilePath,
    Slug,
    Text,
    Words,
    listed,
)
from assay.manifest.yaml_strict import load

_ALL_BUT = re.compile(r"^\s*all but\s*(\[.*\])\s*$")


class DataSet(Block):
    """A data file, or the profile of one."""

    path: FilePath | None = Field(
        None,
        description="Data file (Parquet, CSV, TSV, JSON lines or Arrow) or folder of Parquet files, relative to this "
        "manifest; or the URL of a file.",
    )
    profile: FilePath | None = Field(
        None, description="Profile that `assay profile` wrote, instead of `path`; only the check `drift` reads it."
    )
    dvc: FilePath | None = Field(None, description="The file's DVC pointer.")
    delimiter: Delimiter | None = Field(
        None, description="What separates the fields of a CSV file. Optional; default: comma, or tab in TSV."
    )
    encoding: Encoding | None = Field(
        None,
        description="Encoding of a text file. Optional; default: the one of its byte order mark, else UTF-8.",
    )
    decimal: Decimal | None = Field(
        None, description="Mark before the fraction of a number in a CSV file. Optional; default: a point."
    )

    @model_validator(mode="after")
    def _one(self) -> DataSet:
        if (self.path is None) == (self.profile is None):
            raise ValueError("expected either `path` or `profile`")
        if self.path is None and (self.delimiter or self.encoding or self.decimal):
            raise ValueError("`delimiter`, `encoding` and `decimal` say how the file at `path` is written")
        if self.decimal == "," == (self.delimiter or ","):
            raise ValueError('`decimal: ","` needs a `delimiter` other than a comma')
        return self


class DataLimits(Block):
    """Limits on the size of a data set; a larger one is refused before it is unpacked."""

    rows: Annotated[int, Field(ge=1, le=100_000_000_000)] = Field(500_000_000, description="Rows.")
    bytes: Annotated[int, Field(ge=1, le=1 << 50)] = Field(64 << 30, description="Bytes of its files, as stored.")
    decompressed: Annotated[int, Field(ge=1, le=1 << 50)] = Field(
        64 << 30, description="Bytes read at one time, unpacked."
    )
    rows_per_megabyte: Annotated[int, Field(ge=1, le=100_000_000_000)] = Field(
        1_000_000, description="Rows for each megabyte of its files as stored; the first four megabytes are free."
    )


class NobodyConcerned(Block):
    """The statement that no row is about a person."""

    none: Text = Field(description="Why no row is about a person. A base locks the statement.")


class AllBut(Block):
    """Every column except some, and except those that have a role."""

    all_but: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(listed)] = Field(
        description="Columns that the model does not see, besides the label, the id, the time, the score and the "
        "sensitive columns."
    )


_Written = Words | AllBut | Annotated[str, Field(pattern=_ALL_BUT.pattern)]


def _all_but(value: Any) -> Any:
    """The words `all but [a, b]` as the block that they stand for."""
    if not isinstance(value, str):
        return value
    found = _ALL_BUT.fullmatch(value)
    names = None
    with contextlib.suppress(ManifestError):
        names = load(found[1], "features").value if found is not None else None
    if not isinstance(names, list) or not names or not all(isinstance(each, str) for each in names):
        raise ValueError("expected a list of columns, or `all but [a, b]`")
    return {"all_but": names}


class Data(Block):
    """Data sets and the roles of their columns."""

    sets: dict[Slug, DataSet] = Field(description="Data sets by name: train, holdout, current …")
    limits: DataLimits = Field(DataLimits(), description="Limits on the size of a data set.")
    label: str | None = Field(None, description="Column that holds the true answer; the model never sees it.")
    id: str | None = Field(None, description="Column that identifies a row. Optional; default: the row's number.")
    time: str | None = Field(
        None, description="Column that holds the time of a row; the model sees it only if `features` names it."
    )
    group: str | None = Field(
        None,
        description="Column whose equal values mark rows that belong together, such as a customer, a session or a "
        "series; the model sees it only if `features` names it. Every row of every data set needs a value. Intervals "
        "and tests then count groups, and no group may be in both training and held-out data. Optional; default: rows "
        "are independent.",
    )
    score: str | None = Field(None, description="Column of a score that was recorded earlier; never a feature.")
    sensitive: Words | NobodyConcerned = Field(
        (),
        description="Columns about people, such as sex; features only if `features` names them. `none: <reason>` says "
        "that no row is about a person; policies on bias then rule on this statement.",
    )
    features: Annotated[Words | AllBut, BeforeValidator(_all_but, json_schema_input_type=_Written)] | None = Field(
        None,
        description="Columns that the model sees, or `all but [a, b]`: all columns but these and those above. "
        "Optional; default: all but the columns above.",
    )

    @property
    def about_people(self) -> tuple[str, ...]:
        """The sensitive columns."""
        return () if isinstance(self.sensitive, NobodyConcerned) else self.sensitive

    @property
    def nobody_concerned(self) -> str | None:
        """Why no row is about a person, if the manifest says so."""
        return self.sensitive.none if isinstance(self.sensitive, NobodyConcerned) else None

    @property
    def listed_features(self) -> tuple[str, ...] | None:
        """The features that the manifest lists; None if it does not list them."""
        return None if isinstance(self.features, AllBut) else self.features

    @property
    def withheld(self) -> tuple[str, ...]:
        """The columns that `all but` keeps from the model."""
        return self.features.all_but if isinstance(self.features, AllBut) else ()
