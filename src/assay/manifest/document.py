"""The manifest's types: what `assay.yaml` may say. Check blocks stay raw; their checks read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from assay.facts.values import Number
from assay.manifest.block_parts import (
    Block,
    Class,
    Date,
    Decimal,
    Delimiter,
    Encoding,
    FilePath,
    ModelName,
    Risk,
    Slug,
    Task,
    Text,
    Version,
    Words,
    listed,
)

FILE = "assay.yaml"
DEFAULT_STAGE = "validation"
DEFAULT_STAGES = ("ideation", "data-preparation", "experimentation", "validation", "deployment", "retirement")
WAIVER_DAYS = 90
VALID_DAYS = 30


class EthicalConsideration(Block):
    """A risk to people, and what is done about it."""

    name: Text = Field(description="What could go wrong, and for whom.")
    mitigation: Text | None = Field(None, description="What is done about it.")


class Artifact(Block):
    """The model's file and how to load it."""

    path: FilePath | None = Field(None, description="File of the model, relative to this manifest.")
    format: str = Field(description="Model format: skops, onnx, joblib, pickle, python, or predictions.")
    callable: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = Field(
        None, description="For `format: python`: `module:function`, called with the features of many rows."
    )
    code: Annotated[tuple[FilePath, ...], Field(min_length=1, max_length=100), BeforeValidator(listed)] | None = Field(
        None,
        description="For `format: python`: files, folders or globs of the code. Optional; default: everything that Git "
        "tracks beneath this manifest, except data sets, dossiers, and what judges.",
    )
    trust: Literal["pickle"] | None = Field(
        None, description="Write `pickle` to allow formats whose loading can execute anything (joblib, pickle)."
    )
    trusted_types: Words = Field(
        (), description="For skops: types outside scikit-learn, NumPy and SciPy that may be loaded."
    )
    predictions: dict[str, FilePath] = Field(
        {}, description="For `format: predictions`: a file of ids and scores per data set."
    )


class Environment(Block):
    """Environment that the model runs in. Optional; default: the interpreter that runs Assay."""

    python: FilePath | None = Field(None, description="Python interpreter that holds the model's libraries.")
    requirements: FilePath | None = Field(None, description="Requirements file to build an environment from.")

    @model_validator(mode="after")
    def _one(self) -> Environment:
        if (self.python is None) == (self.requirements is None):
            raise ValueError("name either `python` or `requirements`")
        return self


class Limits(Block):
    """Limits on the model's process."""

    seconds: Annotated[Number, Field(gt=0, le=86_400)] = Field(300, description="Seconds of wall-clock time.")
    memory: Annotated[int, Field(ge=64, le=1_048_576)] = Field(4_096, description="Memory in MB.")
    loading: Annotated[int, Field(ge=1, le=1_048_576)] | None = Field(
        None,
        description="Memory in MB that loading the model's file may take. Optional; default: 128 MB and 16 times the "
        "file's size, and 20 s of processor time and half a second for each of its megabytes.",
    )


class Model(Block):
    """The model: what it is, who owns it, and what it is for."""

    name: ModelName = Field(description="Lower-case name, words joined by `-`; `/` for folders of a monorepo.")
    task: Task = Field("binary-classification", description="What the model predicts.")
    owner: str | None = Field(None, description="Person or team responsible for the model.")
    risk: Risk | None = Field(None, description="Risk tier; selects the policies. Optional; default: judged as high.")
    intended_use: str | None = Field(None, description="What the model is for, and who decides with it.")
    out_of_scope: Words = Field((), description="Uses that the model is not meant for.")
    ethical_considerations: Annotated[tuple[EthicalConsideration, ...], BeforeValidator(listed)] = Field(
        (), description="Risks to people, each with its mitigation."
    )
    artifact: Artifact | None = Field(None, description="The model's file.")
    environment: Environment | None = Field(None, description="Environment that the model runs in.")
    limits: Limits = Field(Limits(), description="Limits on the model's process.")
    positive: Class = Field(1, description="Binary classification: the label whose probability is the score.")
    threshold: Annotated[Number, Field(gt=0, le=1)] = Field(
        0.5, description="Binary classification: the lowest score that counts as positive."
    )
    success: dict[str, Any] | None = Field(
        None, description="What counts as success for the business: a metric and a target."
    )


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


class Data(Block):
    """Data sets and the roles of their columns."""

    sets: dict[Slug, DataSet] = Field(description="Data sets by name: train, holdout, current …")
    limits: DataLimits = Field(DataLimits(), description="Limits on the size of a data set.")
    label: str | None = Field(None, description="Column that holds the true answer; the model never sees it.")
    id: str | None = Field(None, description="Column that identifies a row. Optional; default: the row's number.")
    time: str | None = Field(
        None, description="Column that holds the time of a row; the model sees it only if `features` names it."
    )
    score: str | None = Field(None, description="Column of a score that was recorded earlier; never a feature.")
    sensitive: Words | NobodyConcerned = Field(
        (),
        description="Columns about people, such as sex; features only if `features` names them. `none: <reason>` says "
        "that no row is about a person; policies on bias then rule on this statement.",
    )
    features: Words | None = Field(
        None, description="Columns that the model sees. Optional; default: all but the columns above."
    )

    @property
    def about_people(self) -> tuple[str, ...]:
        """The sensitive columns."""
        return () if isinstance(self.sensitive, NobodyConcerned) else self.sensitive

    @property
    def nobody_concerned(self) -> str | None:
        """Why no row is about a person, if the manifest says so."""
        return self.sensitive.none if isinstance(self.sensitive, NobodyConcerned) else None


class Role(Block):
    """Who may approve in a role."""

    users: Words = Field((), description="GitHub logins.")
    teams: Words = Field((), description="GitHub teams as `organisation/team`.")


class Stage(Block):
    """A stage of the life cycle."""

    after: Slug | None = Field(None, description="The stage that this one follows.")
    approvals: Words = Field((), description="Roles that must approve a promotion to this stage.")
    branches: Words = Field(
        (),
        description="Branches of the remote, besides its default branch, whose commits may be promoted to this stage. "
        "The default branch's manifest counts.",
    )
    vouched_by: Text | None = Field(
        None,
        description="Person or team that vouches for files of predictions at this stage; without it they alone are "
        "promoted to nothing above `experimentation`. The default branch's manifest counts.",
    )
    signed: bool = Field(
        default=False,
        description="Whether a key of the `trust` file must sign the ledger's entries for this stage; nothing else "
        "counts as promoted. The default branch's manifest counts.",
    )
    valid_days: Annotated[int, Field(ge=1, le=3_650)] = Field(
        VALID_DAYS,
        description="Days for which a decision may be used to register or promote, from its date. The default branch's "
        "manifest counts.",
    )
    policies: Words | None = Field(
        None, description="Policies of this stage (`bias/within_bounds`, `data/*`). Optional; default: the usual ones."
    )


class Waiver(Block):
    """A blocking outcome that somebody accepts for a limited time."""

    policy: Text = Field(description="The waived policy, such as `bias/within_bounds`.")
    scope: dict[str, str] = Field(
        {}, description="Waives only bars with these properties, such as `{by: hispan}`. Optional; default: all bars."
    )
    owner: Text = Field(description="Person or team responsible for the waiver.")
    reason: Text = Field(description="Why the outcome is acceptable for now.")
    expires: Date = Field(description=f"Last day of the waiver; at most {WAIVER_DAYS} days ahead.")


class Manifest(Block):
    """The manifest of a machine-learning model: its purpose, data, checks and bars."""

    assay: Version = Field(description="Version of the manifest format.")
    model: Model
    data: Data | None = Field(None, description="Data sets and the roles of their columns.")
    checks: dict[str, dict[str, Any] | None] = Field({}, description="Checks to run, with their bars.")
    roles: dict[str, Role] = Field({}, description="Who may approve, by role: domain_expert, ml_engineer.")
    stages: dict[Slug, Stage] = Field(
        {}, description="Stages of the life cycle. Optional; default: the six usual ones."
    )
    waivers: Annotated[tuple[Waiver, ...], BeforeValidator(listed)] = Field(
        (), description="Blocking outcomes that somebody accepts for a limited time."
    )
    policies: FilePath | None = Field(None, description="Folder of your own Rego policies, relative to this manifest.")
    trust: FilePath | None = Field(
        None,
        description="Trust file, relative to this manifest: the keys whose signatures count for promotions. It is read "
        "from the default branch.",
    )
    engine: Literal["opa"] | None = Field(
        None,
        description="Write `opa` to let only OPA judge; policies may then use built-ins on which engines disagree.",
    )

    def stage_graph(self) -> dict[str, Stage]:
        """The stages by name: those the manifest names, else the six usual ones, each after the one before it."""
        if self.stages:
            return dict(self.stages)
        before = (None, *DEFAULT_STAGES)
        return {name: Stage(after=after) for name, after in zip(DEFAULT_STAGES, before, strict=False)}

    def usual_stage(self, stage: str) -> str | None:
        """The usual stage that a stage is, or the nearest one before it; None if there is none."""
        graph, seen = self.stage_graph(), set[str]()
        current: str | None = stage
        while current is not None and current not in seen:
            if current in DEFAULT_STAGES:
                return current
            seen.add(current)
            current = graph[current].after if current in graph else None
        return None
