"""Flags in, one step or command, an exit code."""

from __future__ import annotations

import gc
import io
import os
import select
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.commands import COMMANDS
from assay.edges.runner_log import guarded_streams
from assay.edges.stop_signals import StopSignals
from assay.errors import BUG, CLOSED, CUT_OFF, INTERRUPTED, ISSUES, OPEN, AssayError, EvaluationError, UsageError
from assay.steps import STEPS, Step, in_order

if TYPE_CHECKING:
    from assay.options.step_options import StepOptions

_HEADINGS = {
    "judge": "Judge a change",
    "step": "Steps of `assay check`, in their order",
    "look": "Look closer",
    "release": "Release a version",
    "promote": "Promote a version, and see which is where",
    "repository": "Set up a repository",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; every way to end is an exit code of `assay.errors`."""
    # Plugins that happen to be installed must not change how a page is validated.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # The number of threads that add numbers up must not change a digit of the result.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # A run is short and keeps its objects; collecting garbage would take a thirtieth of its time.
    gc.set_threshold(200_000)
    # A closed output stream is no reason to fail.
    sys.stdout, sys.stderr = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with guarded_streams():
        code = _guarded(list(sys.argv[1:] if arguments is None else arguments))
    if sys.stdout is sys.__stdout__:
        # An output that could not be written must not end as a success.
        sys.stdout = open(os.devnull, "w") if code and _broken() else sys.stdout  # noqa: PTH123, SIM115  # kept until exit
    return code


def _guarded(given: list[str]) -> int:
    signals = StopSignals()
    try:
        with signals.heeded():
            code = _run(given)
            sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (each is a sentence and an exit code)
        if isinstance(error, BrokenPipeError) and _is_unread():
            # Whoever read the output has what they wanted, as `head` does.
            return CUT_OFF
        message, hint, code = _stopped(error)
        topic = error.topic if isinstance(error, AssayError) else "bug" if code == BUG else ""
        code = signals.code or code if code == INTERRUPTED else code
        if code == BUG and os.environ.get("ASSAY_TRACEBACK"):
            import traceback

            traceback.print_exception(error)
        _complain(message, hint, topic)
        if "json" in (os.environ.get("ASSAY_FORMAT"), *given[1:]):
            _answer_in_json(message, hint, topic, code)
    return code


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version"):
        from importlib.metadata import version

        from assay import DISTRIBUTION

        sys.stdout.write(f"assay {version(DISTRIBUTION)}\n")
        return 0
    verb, rest = arguments[0], arguments[1:]
    from assay.options.flags import read_options

    if verb in STEPS.names():
        step = STEPS.load(verb)
        return _run_step(step, read_options(verb, step, rest, os.environ))
    if verb in COMMANDS.names():
        command = COMMANDS.load(verb)
        return command.run(read_options(verb, command, rest, os.environ))
    from assay.manifest.parsing import nearest_name

    nearest = nearest_name(verb, (*STEPS.names(), *COMMANDS.names()))
    raise UsageError(f"Assay has no verb `{verb}`." + (f" Did you mean `{nearest}`?" if nearest else ""))


def _run_step(step: Step, options: StepOptions) -> int:
    from assay.commands.parts.dossier_location import locate_dossier

    dossier = locate_dossier(options)
    page = step.run(dossier, options)
    if options.format == "json":
        sys.stdout.write(page.content().decode() + "\n")
    else:
        summary = f"{page.message()}\n" if hasattr(page, "message") else ""
        summary += f"{options.place()}\n" if hasattr(options, "place") else ""
        sys.stdout.write(f"{summary}{page.name} {page.digest()}\n")
    # Only an open gate is a success: `decide` in its own job must stop the jobs after it.
    return CLOSED if page.name == "decision" and getattr(page, "verdict", None) != "open" else OPEN


def _help() -> str:
    """Every verb on a line under its heading; the steps in their order."""
    groups: dict[str, list[tuple[str, str]]] = {group: [] for group in _HEADINGS}
    for verb in COMMANDS.names():
        groups[str(COMMANDS.constant(verb, "GROUP"))].append((verb, COMMANDS.title(verb)))
    for verb in in_order():
        groups["promote" if verb == "promote" else "step"].append((verb, STEPS.title(verb)))
    width = max(len(verb) for verb in (*COMMANDS.names(), *STEPS.names()))
    lines = ["usage: assay <verb> [options]", "", "Policy-as-code for machine-learning models.", ""]
    for group, heading in _HEADINGS.items():
        listed = groups[group] if group == "step" else sorted(groups[group])
        lines += [f"{heading}:", *(f"  {verb:<{width}}  {title}" for verb, title in listed), ""]
    lines += [
        "`assay <verb> --help` shows the options of a verb.",
        "Exit codes: 0 open, 1 closed, 2 usage or manifest, 3 could not be evaluated,",
        "70 a bug, 130 interrupted, 141 output cut off, 143 terminated.",
        "Only 0 opens a gate.",
    ]
    return "\n".join(lines) + "\n"


def _stopped(error: BaseException) -> tuple[str, str, int]:
    """Why a run stopped: a sentence, a hint and an exit code."""
    if _was_interrupted(error):
        return "Interrupted; no gate was opened.", "", INTERRUPTED
    if isinstance(error, AssayError):
        return str(error), error.hint, error.exit_code
    if isinstance(error, OSError):
        return f"The system refused: {error.strerror or error}.", "No gate was opened.", EvaluationError.exit_code
    hint = f"Set ASSAY_TRACEBACK=1 to see where it happened, and report it: {ISSUES}."
    return f"This is a bug in Assay ({type(error).__name__}: {error}).", hint, BUG


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether an error is an interruption, or was raised while one was cleaned up after."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _complain(message: str, hint: str, topic: str) -> None:
    lines = [f"assay: {line}" for line in (message or "stopped").splitlines()]
    lines += [f"  hint: {hint}"] if hint else []
    lines += [f"  more: assay explain {topic}"] if topic else []
    printable = "\n".join(
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines
    )
    try:
        sys.stderr.write(printable + "\n")
    except OSError:
        return


def _answer_in_json(message: str, hint: str, topic: str, code: int) -> None:
    """The same as JSON, for programs: no verdict, and the reason."""
    import json

    document = {"verdict": None, "error": message, "hint": hint, "topic": topic, "exit_code": code}
    try:
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        sys.stdout.flush()
    except OSError:
        return


def _is_unread() -> bool:
    """Whether standard output is a pipe that nobody reads any more."""
    watch = select.poll()
    try:
        watch.register(sys.stdout.fileno(), select.POLLOUT)
    except (OSError, ValueError):
        return False
    return any(event & select.POLLERR for _, event in watch.poll(0))


def _broken() -> bool:
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
