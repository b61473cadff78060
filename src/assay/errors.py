"""Every error: one class, one exit code, one hint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

OPEN, CLOSED, BUG, INTERRUPTED, CUT_OFF, TERMINATED = 0, 1, 70, 130, 141, 143
ISSUES = "https://github.com/assay-ml/assay/issues"
Place = tuple[str | int, ...]
"""A place in a manifest or a check block: keys and list indices."""


def install_hint(extra: str) -> str:
    """The hint for a library that is not installed: the lines that install the extra which brings it."""
    return f"Install it with `pip install 'assay-ml[{extra}]'`, or in a clone with `uv sync --inexact --extra {extra}`."


class AssayError(Exception):
    """An error that a person can act on: a sentence, a hint and an exit code."""

    exit_code: ClassVar[int] = BUG
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = self.default_hint if hint is None else hint

    @property
    def topic(self) -> str:
        """The section of the manual's page on errors: `manifest-error` for ManifestError."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(self).__name__).lower().replace("git-hub", "github")


class UsageError(AssayError):
    """The command line names something that does not exist, or options that contradict each other."""

    exit_code = 2
    default_hint = "See `assay --help`."


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One problem of a manifest and its place. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        path = f" {self.path}:" if self.path else ""
        nearest = f" Did you mean `{self.nearest}`?" if self.nearest else ""
        return f"{where}:{path} {self.message}{nearest}"


class ManifestError(AssayError):
    """The manifest is not valid; has every problem that was found."""

    exit_code = 2
    default_hint = (
        "Fix the lines named above; `assay schema` prints all keys, and `assay explain CHECK` those of a check."
    )

    def __init__(self, problems: list[Problem], *, hint: str | None = None) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), hint=hint)


class EvaluationError(AssayError):
    """Something that a decision needs is missing, so there is no decision."""

    exit_code = 3
    default_hint = "No decision was made, so the gate stays closed."


class PageError(EvaluationError):
    """A page is missing, is not canonical, or differs from the digest in its child page or `--expect`."""

    default_hint = (
        "If you made the dossier, run the step that writes this page again, then the steps after it. If you were given "
        "it, do not trust it; ask for it again."
    )


class DataError(EvaluationError):
    """A data file is missing, too large, malformed, or not the file that was planned."""

    default_hint = "Restore the file that was planned, or run `assay plan` again."


class ModelError(EvaluationError):
    """The model could not be loaded, or its answers are not valid."""

    default_hint = "Fix the model and run `assay predict` again; the gate stays closed."


class EngineError(EvaluationError):
    """The policy engine is missing or too old, refused a policy, or did not answer in time."""

    default_hint = "Install OPA 1.20.1 or later, or choose `--engine regorus` for a dry run."


class PolicyError(EvaluationError):
    """A policy file or its METADATA is malformed, forbidden, or not what was planned."""

    default_hint = "Run `opa check --strict` on the policy."
