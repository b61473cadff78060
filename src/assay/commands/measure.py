"""Run one check on data files, without a manifest; or list checks."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assay.canonical import canonical
from assay.checks import CHECKS
from assay.commands.parts.data_arguments import dialect_given, find_all_named
from assay.commands.parts.fact_lines import fact_lines
from assay.commands.parts.profile_arguments import read_profile_file
from assay.commands.parts.ruled_bars import RuledBar, bar_summary, rule_bars
from assay.commands.parts.score_arguments import classes_of_scores, pairs, read_given_scores
from assay.commands.parts.title_lines import title_lines
from assay.dossier.check_context import CheckContexts, make_check_context
from assay.dossier.pages import Measurement
from assay.edges.files import read_beneath
from assay.edges.rego.engines.regorus import find_regorus
from assay.errors import CLOSED, OPEN, EvaluationError, ManifestError, UsageError
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MAX_BYTES, Document, load
from assay.options.dialect_options import DialectOptions
from assay.render.wording.number_text import number_of
from assay.steps.collecting.rounds import Measuring, measure_all, start
from assay.steps.planning.blocks import CheckBlock, planned_check, problems_of_block, read_blocks
from assay.steps.planning.check_contexts import with_materials
from assay.tables.addressing import Table
from assay.tables.source import Source

if TYPE_CHECKING:
    from assay.tables.answering import Tables
    from assay.tables.questions import Question

GROUP = "look"
POSITIONAL = ("check",)
_MOST_LINES = 10
_PROFILE = ".profile.json"


class Options(DialectOptions):
    """Options of `measure`."""

    check: str | None = Field(None, description="Check to run. Optional; default: a list of all.")
    data: tuple[str, ...] = Field(
        (), description="Data set as name=path; for `drift` also a profile, as name=….profile.json."
    )
    predictions: tuple[str, ...] = Field(
        (), description="Scores of a data set as name=path: a data file with an id and a score column."
    )
    spec: Path | None = Field(None, description="YAML file with the check's block.")
    set: tuple[str, ...] = Field(
        (), description="Value of the check's block as key=value, such as bars.roc_auc='>= 0.7'."
    )
    task: str = Field("binary-classification", description="Task of the model, as in a manifest.")
    label: str | None = Field(None, description="Column with the true answer.")
    id: str | None = Field(None, description="Column that identifies a row.")
    group: str | None = Field(
        None, description="Column whose equal values mark rows that belong together, such as a customer."
    )
    sensitive: tuple[str, ...] = Field((), description="Sensitive column.")
    positive: str = Field("1", description="Label value whose probability is the score.")
    threshold: float = Field(0.5, description="Score from which a row counts as positive.")
    fail_on: Literal["nothing", "broken", "open"] = Field(
        "nothing",
        description="When to end with exit code 1: `nothing` is never; `broken` is if a bar is missed or could not be "
        "measured; `open` is also if an interval straddles its bar.",
    )
    all: bool = Field(default=False, description="Print every fact; otherwise the first ten.")


def run(options: Options) -> int:
    """Prints the facts, or the checks that there are; 0 when they were measured."""
    if options.check is None:
        return _list(options)
    return _measure(options, options.check)


def _list(options: Options) -> int:
    titles = {name: CHECKS.title(name) for name in CHECKS.names()}
    if options.format == "json":
        sys.stdout.write(canonical({"checks": titles}).decode() + "\n")
        return 0
    hint = "`assay explain CHECK` explains one; `assay measure --help` shows how to run it."
    sys.stdout.write("\n".join(["Checks", *title_lines(titles), "", hint]) + "\n")
    return 0


def _measure(options: Options, check: str) -> int:
    named = dict(pairs("--data", options.data))
    profiles = {name: read_profile_file(Path(path)) for name, path in named.items() if path.endswith(_PROFILE)}
    files = {name: path for name, path in named.items() if name not in profiles}
    sources = find_all_named(files, dialect_given(options))
    with ExitStack() as opened:
        tables = _opened(sources, options, opened)
        columns = _columns(sources, tables) | {name: profile.kinds() for name, profile in profiles.items()}
        document = Document(str(options.spec or "--set"), {"checks": {check: _block(options)}})
        manifest = _manifest(options, named, profiles)
        shared = make_check_context(
            manifest,
            columns=columns,
            as_of="",
            predicted=[name for name, _ in pairs("--predictions", options.predictions)],
            classes=classes_of_scores(options.predictions, options.label, columns),
            profiles=profiles,
        )
        contexts = with_materials(shared, manifest)
        block = _read(check, document, contexts, columns)
        measuring = start(planned_check(check, block, 0), contexts)
        if options.predictions and measuring.ended is None:
            tables = _opened(
                sources, options, opened, dict(read_given_scores(options.predictions, options.id, sources, opened))
            )
        measurement = _measured(measuring, tables)
    if measurement.outcome != "measured" or measurement.facts is None:
        raise EvaluationError(measurement.reason or "The check was not measured.", hint="")
    asks = options.fail_on != "nothing" or options.format != "json"
    ruled = rule_bars(block, contexts, document, measurement.facts, find_regorus()) if asks else ()
    if options.fail_on != "nothing" and not ruled:
        message = f"The block of `{check}` sets no bar, so `--fail-on {options.fail_on}` could never fail."
        raise UsageError(message, hint="Set a bar with --set or --spec, or leave --fail-on out.")
    if options.format == "json":
        sys.stdout.write(canonical(measurement.facts).decode() + "\n")
    else:
        sys.stdout.write("\n".join(_lines(measurement.facts, ruled, options)) + "\n")
    return CLOSED if any(_fails(each, options.fail_on) for each in ruled) else OPEN


def _fails(ruled: RuledBar, fail_on: str) -> bool:
    """Whether a bar ends the command with exit code 1; one that was not measured proves nothing, so it does too."""
    broken = ruled.ruled == "missed" or ruled.bar.status != "measured"
    return fail_on != "nothing" and (broken or (fail_on == "open" and ruled.ruled != "cleared"))


def _lines(facts: Mapping[str, Any], ruled: Sequence[RuledBar], options: Options) -> Iterable[str]:
    """What broke, and then the facts."""
    summary, lines = [*bar_summary(ruled)], [*fact_lines(facts, "")]
    yield from summary
    shown = lines if options.all else lines[:_MOST_LINES]
    yield from shown
    if len(shown) < len(lines):
        more = number_of(len(lines) - len(shown), "more fact", "more facts")
        yield f"… {more}: `--all` prints them, `--format json` too."


def _opened(
    sources: Mapping[str, Source],
    options: Options,
    opened: ExitStack,
    predictions: Mapping[Table, Source] | None = None,
) -> Tables | None:
    """The tables that answer questions about the files; None without files."""
    if not sources:
        return None
    from assay.tables.answering import Tables

    return opened.enter_context(Tables(sources, predictions or {}, options.id))


def _measured(measuring: Measuring, tables: Tables | None) -> Measurement:
    """The check's measurement; a check without questions needs no tables."""
    if measuring.ended is not None:
        return measuring.ended
    (measurement,) = measure_all([measuring], tables.answer if tables is not None else _answer_nothing)
    return measurement


def _answer_nothing(questions: Sequence[Question]) -> list[Any]:
    if questions:
        raise UsageError("This check reads rows: give a data set with --data name=path.")
    return []


def _read(check: str, document: Document, contexts: CheckContexts, columns: dict[str, dict[str, str]]) -> CheckBlock:
    CHECKS.path(check)
    blocks, problems = read_blocks(document.value["checks"], document)
    if check in blocks:
        problems += problems_of_block(blocks[check], contexts, document, columns)
    if problems:
        raise ManifestError(problems, hint=f"See `assay explain {check}` for its keys.")
    return blocks[check]


def _manifest(options: Options, named: Mapping[str, str], profiles: Collection[str]) -> Manifest:
    positive = load(options.positive, "--positive").value
    return Manifest.model_validate(
        {
            "assay": 1,
            "model": {"name": "measured", "task": options.task, "positive": positive, "threshold": options.threshold},
            "data": {
                "sets": {name: {"profile" if name in profiles else "path": path} for name, path in named.items()},
                "label": options.label,
                "id": options.id,
                "group": options.group,
                "sensitive": list(options.sensitive),
            },
        }
    )


def _block(options: Options) -> Any:
    block: Any = {}
    if options.spec is not None:
        folder = Path(os.path.realpath(options.spec.parent))
        content = read_beneath(folder, options.spec.name, limit=MAX_BYTES, error=UsageError)
        block = load(content, str(options.spec)).value
    if not isinstance(block, dict):
        raise UsageError(f"`{options.spec}` must contain a block of `name: value` lines.")
    for key, text in pairs("--set", options.set):
        target, *rest = key.split(".")
        inner = block
        for part in rest:
            inner = inner.setdefault(target, {})
            target = part
        inner[target] = text if text.startswith((">=", "<=")) else load(text, f"--set {key}").value
    return block


def _columns(sources: Mapping[str, Source], tables: Tables | None) -> dict[str, dict[str, str]]:
    if tables is None:
        return {}
    from assay.tables.questions import Schema

    return dict(zip(sources, tables.answer([Schema(Table(name)) for name in sources]), strict=True))
