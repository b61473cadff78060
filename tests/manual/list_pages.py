"""Pages that list what is spread over the code: exit codes, and variables of the environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from assay import errors
from assay.commands import COMMANDS
from assay.options.plain_options import variable
from assay.steps import STEPS, in_order
from tests.manual.markdown_parts import page, table
from tests.manual.verb_pages import options_of

CODES = {
    errors.OPEN: ("the gate is open, or the verb did what it says", "go on"),
    errors.CLOSED: ("the gate is closed, or a promotion is not allowed", "read the rulings, or `assay explain POLICY`"),
    errors.UsageError.exit_code: (
        "the command line or the manifest is wrong; every problem is listed with file, line and column",
        "fix the lines named",
    ),
    errors.EvaluationError.exit_code: (
        "Assay could not evaluate something: a file, the model, the policy engine, GitHub",
        "follow the hint, and run it again",
    ),
    errors.BUG: ("a bug in Assay", "report it with what `ASSAY_TRACEBACK=1` prints"),
    errors.INTERRUPTED: ("somebody interrupted it", "run it again"),
    errors.CUT_OFF: ("whoever read the output closed it, as `head` does", "read the whole output, or the dossier"),
    errors.TERMINATED: ("the system ended it (SIGTERM)", "run it again; look at the time limit of the job"),
}

OTHERS = {
    "ASSAY_KEY_PASSWORD": "Password of the private key that `--key` or `--signing-key` names.",
    "ASSAY_GITHUB_TOKEN": "Token for GitHub that counts before `GITHUB_TOKEN`, such as one that may read an organisation's teams.",
    "ASSAY_TRACEBACK": "`1` prints the Python traceback of a bug.",
    "GITHUB_TOKEN": "Token for GitHub; in a job, pass `github.token`.",
    "GITHUB_REPOSITORY": "Repository as `owner/name`, where no event names it.",
    "GITHUB_API_URL": "Address of GitHub's API; GitHub Enterprise Server sets its own.",
    "NO_COLOR": "Any value turns colours off.",
    "XDG_CACHE_HOME": "Folder of caches; environments that Assay builds for models lie in `assay/environments` there.",
}


def list_pages() -> Iterator[tuple[str, str]]:
    """Both pages."""
    rows = ((str(code), *words) for code, words in CODES.items())
    about = "A verb ends with one of these codes. Only 0 opens a gate."
    yield "exit-codes.md", page("Exit codes", about, table(("code", "means", "what to do"), rows))
    verbs = defaultdict[str, list[str]](list)
    for name, verb in ((n, STEPS.load(n)) for n in in_order()):
        _note(verbs, name, verb)
    for name in COMMANDS.names():
        _note(verbs, name, COMMANDS.load(name))
    every = len(in_order()) + len(COMMANDS.names())
    rows = ((f"`{name}`", _listed(found, every)) for name, found in sorted(verbs.items()))
    yield (
        "environment.md",
        page(
            "Variables of the environment",
            "Each option has a variable; a flag counts before it, and an empty variable is as if it were not set. Lists are "
            "separated by blanks, switches are `true` or `false`.",
            table(("variable", "read by"), rows),
            "## Others",
            table(("variable", "meaning"), ((f"`{name}`", text) for name, text in OTHERS.items())),
        ),
    )


def _note(verbs: dict[str, list[str]], name: str, verb: object) -> None:
    positional = getattr(verb, "POSITIONAL", ())
    for option in options_of(verb):
        if option not in positional:
            verbs[variable(option)].append(name)


def _listed(found: list[str], every: int) -> str:
    return "every verb" if len(found) == every else ", ".join(f"[`{name}`](verbs/{name}.md)" for name in found)
