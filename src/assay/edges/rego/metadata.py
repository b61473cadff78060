"""The `# METADATA` comment of a policy: its title, the checks that it needs, when it applies, and its remedy."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from assay.dossier.plan_parts import Effect, Situation
from assay.edges.rego.tokens import read_tokens
from assay.errors import ManifestError, PolicyError, Problem
from assay.manifest.block_parts import Block, Risk, Slug, Task, Text, listed
from assay.manifest.parsing import problems_of
from assay.manifest.yaml_strict import load

_MARK = "METADATA"
_HINT = (
    "Fix the `# METADATA` comment above `package`. It needs a `title` and, under `custom`, `checks`, `effect`, "
    "`risks`, `stages` and `remedy`."
)
Pointer = Annotated[str, Field(pattern=r"^(/[^/\x00-\x1f]+)+$", max_length=200)]
CheckName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=64)]

Title = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]


class _Custom(Block):
    checks: Annotated[tuple[CheckName, ...], BeforeValidator(listed), Field(min_length=1)]
    consults: Annotated[tuple[CheckName, ...], BeforeValidator(listed)] = ()
    effect: Effect
    risks: Annotated[tuple[Risk, ...], BeforeValidator(listed), Field(min_length=1)]
    stages: Annotated[tuple[Slug, ...], BeforeValidator(listed), Field(min_length=1)]
    tasks: Annotated[tuple[Task, ...], BeforeValidator(listed)] = ()
    when: Annotated[tuple[Situation, ...], BeforeValidator(listed)] = ()
    declared: bool = False
    bars: Annotated[tuple[Pointer, ...], BeforeValidator(listed)] = ()
    waivable: bool = True
    why: Text = ""
    remedy: Text


class _Metadata(Block):
    title: Title
    description: str = ""
    custom: _Custom


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy as its METADATA describes it; empty `tasks` mean every task, empty `when` every situation.

    It needs its `checks`, but not those it `consults`. `declared` means that it applies only if the manifest declares
    one of its checks. It rules on the bars beneath `bars`, or on all bars if that is empty. A waiver opens it only if
    it is `waivable`. `why` says why it matters.
    """

    id: str
    package: str
    title: str
    description: str
    remedy: str
    checks: tuple[str, ...]
    effect: Effect
    risks: tuple[str, ...]
    stages: tuple[str, ...]
    tasks: tuple[str, ...]
    when: tuple[str, ...] = ()
    consults: tuple[str, ...] = ()
    declared: bool = False
    bars: tuple[str, ...] = ()
    waivable: bool = True
    why: str = ""


def read_policy(path: str, source: str, package: tuple[str, ...]) -> Policy:
    """The policy in a file's text; raises PolicyError with file and line of every problem in its METADATA."""
    try:
        document = load(_metadata_text(path, source), path)
    except ManifestError as error:
        raise _refusal(error.problems) from error
    try:
        found = _Metadata.model_validate(document.value)
    except ValidationError as error:
        raise _refusal(problems_of(error, document, (), _Metadata)) from error
    custom = found.custom
    return Policy(
        id="/".join(package),
        package=".".join(package),
        title=found.title,
        description=found.description.strip(),
        remedy=custom.remedy.strip(),
        checks=tuple(dict.fromkeys(custom.checks)),
        effect=custom.effect,
        risks=custom.risks,
        stages=custom.stages,
        tasks=custom.tasks,
        when=custom.when,
        declared=custom.declared,
        bars=custom.bars,
        waivable=custom.waivable,
        why=custom.why.strip(),
        consults=tuple(check for check in dict.fromkeys(custom.consults) if check not in custom.checks),
    )


def _metadata_text(path: str, source: str) -> str:
    """The YAML of the comment that ends on the line above `package`, with the file's lines and columns."""
    lines = source.split("\n")
    package_line = next((token.line for token in read_tokens(source) if token.text == "package"), 1)
    first = package_line - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    comment = lines[first : package_line - 1]
    marks = [index for index, line in enumerate(comment) if line.removeprefix("#").strip() == _MARK]
    if len(marks) != 1:
        number = "none" if not marks else "several"
        raise PolicyError(
            f"{path}:{package_line}: expected one `# {_MARK}` comment directly above `package`, found {number}.",
            hint=_HINT,
        )
    start = first + marks[0] + 1
    return "\n" * start + "\n".join(f" {line[1:].rstrip()}" for line in lines[start : package_line - 1])


def _refusal(problems: list[Problem]) -> PolicyError:
    return PolicyError("\n".join(str(problem) for problem in sorted(problems)), hint=_HINT)
