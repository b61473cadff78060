"""The manifest's blocks on the model: its file, its environment, its limits, what it is for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from assay.facts.values import Number
from assay.manifest.block_parts import (
    Block,
    Class,
    FilePath,
    ModelName,
    Risk,
    Task,
    Text,
    Words,
    listed,
)


class EthicalConsideration(Block):
    """A risk to people, and what is done about it."""

    name: Text = Field(description="What could go wrong, and for whom.")
    mitigation: Text | None = Field(None, description="What is done about it.")


class Artifact(Block):
    """The model's file and how to load it."""

    path: FilePath | None = Field(None, description="File or folder of the model, relative to this manifest.")
    format: str = Field(
        description="Model format: skops, onnx, lightgbm, xgboost, catboost, joblib, pickle, mlflow, python, or "
        "predictions."
    )
    callable: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = Field(
        None, description="For `format: python`: `module:function`, called with the features of many rows."
    )
    code: Annotated[tuple[FilePath, ...], Field(min_length=1, max_length=100), BeforeValidator(listed)] | None = Field(
        None,
        description="For `format: python`: files, folders or globs of the code. Optional; default: everything that Git "
        "tracks beneath this manifest, except data sets, dossiers, and what judges.",
    )
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        None,
        description="Digest that the file must have, as `assay digest` prints it. A joblib or pickle file needs it to "
        "pass at the stages validation and deployment.",
    )
    trust: Literal["pickle"] | None = Field(
        None, description="Write `pickle` to allow formats whose loading can execute anything (joblib, pickle, mlflow)."
    )
    trusted_types: Words = Field(
        (),
        description="For skops: types outside scikit-learn, NumPy and SciPy that may be loaded. For joblib and pickle: "
        "names beside those on Assay's list that the file may ask for.",
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
