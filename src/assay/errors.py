"""Every way to stop: one class, one exit code, one hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

OPEN, CLOSED, BUG, INTERRUPTED = 0, 1, 70, 130
ISSUES = "https://github.com/assay-ml/assay/issues"
Place = tuple[str | int, ...]
"""Where something stands in a manifest or a check block: keys and list indices."""


def install_hint(extra: str) -> str:
    """The hint for a library that is not installed: the lines that install the extra which brings it."""
    return f"Install it with `pip install 'assay[{extra}]'`, or in a clone with `uv sync --inexact --extra {extra}`."


class AssayError(Exception):
    """A stop that a person can act on: a sentence, a hint and an exit code."""

    exit_code: ClassVar[int] = BUG
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = self.default_hint if hint is None else hint


class UsageError(AssayError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = 2
    default_hint = "See `assay --help`."


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One thing wrong with a manifest, with the place to look at. Lines and columns count from 1."""

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
    """The manifest is not valid; carries every problem found."""

    exit_code = 2
    default_hint = "Mend the lines named above; your editor completes them with schemas/manifest.json."

    def __init__(self, problems: list[Problem], *, hint: str | None = None) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), hint=hint)


class EvaluationError(AssayError):
    """Something needed for a decision could not be had, so there is none."""

    exit_code = 3
    default_hint = "No decision was made, so the gate stays closed."


class PageError(EvaluationError):
    """A page is missing, is not canonical, or is not the page that its child or `--expect` names."""

    default_hint = "Run the step that writes this page again, then the steps after it."


class DataError(EvaluationError):
    """A data file is missing, too large, malformed, or is not the file that was planned."""

    default_hint = "Restore the file the plan was made from, or run `assay plan` again."


class ModelError(EvaluationError):
    """The model could not be loaded or did not answer as it must."""

    default_hint = "Run `assay predict` again after mending the model; the gate stays closed."


class EngineError(EvaluationError):
    """The policy engine is missing, too old, refused a policy, or did not answer in time."""

    default_hint = "Install OPA 1.20.1 or later, or choose `--engine regorus` for a dry run."


class PolicyError(EvaluationError):
    """A policy file or its METADATA is malformed, forbidden, or not the one that was planned."""

    default_hint = "Run `opa check --strict` on the policy."
