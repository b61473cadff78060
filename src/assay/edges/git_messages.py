"""What Git says: on one line, without control characters and secrets; and its complaints whose cause is known."""

from __future__ import annotations

import re

from assay.errors import AssayError, EvaluationError, UsageError

_LONGEST = 600
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_LOGIN = re.compile(r"(?<=://)[^/@\s'\"]*@")
_ADVICE = (
    "hint:",
    "To ",
    "* [new",
    "error: failed to push some refs",
    "usage:",
    "Please make sure you have the correct access",
    "and the repository exists",
)
_Cause = tuple[str, type[AssayError], str, str]
_INSTALL = "Install a newer Git. Assay needs 2.34, and 2.36 in a clone with a filter."
# What Git says, the error, the sentence and the hint; `{found}` is what the pattern found, `{why}` all that Git says.
_CAUSES: tuple[_Cause, ...] = (
    (
        r"(?:dubious ownership in repository at|unsafe repository \()\s*'(?P<found>[^'\n]+)'",
        UsageError,
        "Git refuses the repository `{found}`, because another user owns it.",
        "If you trust its files, run `git config --global --add safe.directory '{found}'`.",
    ),
    (
        r"unknown (?:option|switch) .?(?P<found>[a-z-]+)",
        EvaluationError,
        "The installed Git is too old: it has no option --{found}.",
        _INSTALL,
    ),
    (
        r"(?P<found>)(?:unknown repository (?:extension|version)|Expected git repo version|unknown ref storage format)",
        EvaluationError,
        "The installed Git is too old for this repository: {why}",
        _INSTALL,
    ),
    (
        r"(?P<found>)fatal: not a git repository",
        UsageError,
        "Git does not take the `.git` here for a repository: {why}",
        "Make a new clone.",
    ),
    (
        r"(?P<found>)(?:bad (?:numeric |boolean )?config|bogus (?:config|format in)|invalid key|missing value for)",
        UsageError,
        "Git cannot read its configuration: {why}",
        "Correct it; `git config --list --show-origin` names the files.",
    ),
)
_TRANSPORT: _Cause = (
    r"transport '(?P<found>[^'\n]+)' not allowed",
    UsageError,
    "The remote's address begins with `{found}`, which Assay does not follow.",
    "Use an address that begins with https:// or ssh://, or a path: `git remote -v` shows it.",
)


def reason(said: bytes) -> str:
    """The message of Git or of the remote's hook, on one line, ending with a full stop."""
    text = "; ".join(_lines(said))[:_LONGEST] or "it gave no reason"
    return text if text.endswith(".") else text + "."


def last_line(said: bytes) -> str:
    """The last line of Git's message, without prefix and full stop."""
    lines = _lines(said)
    return re.sub(r"^(?:fatal|error): ", "", lines[-1])[:_LONGEST].rstrip(".") if lines else "it gave no reason"


def known_cause(said: bytes, *, network: bool) -> AssayError | None:
    """The error that a complaint stands for if Git will not work here at all; None for any other complaint.

    What the remote says does not count.
    """
    own = "\n".join(line for line in said.decode(errors="replace").splitlines() if not line.startswith("remote:"))
    # Without the network a forbidden transport only says that an object is missing, which Git would have fetched.
    for pattern, error, sentence, hint in (*_CAUSES, _TRANSPORT) if network else _CAUSES:
        if (match := re.search(pattern, own)) is not None:
            told = {"found": cleaned(match["found"] or ""), "why": reason(own.encode())}
            return error(sentence.format(**told), hint=hint.format(**told))
    return None


def _lines(said: bytes) -> list[str]:
    lines = [cleaned(line).strip() for line in re.split(r"[\r\n]+", said.decode(errors="replace"))]
    return [line for line in lines if line and not line.startswith(_ADVICE)]


def cleaned(text: str) -> str:
    """Text without escape sequences, control characters and logins in addresses."""
    plain = _ESCAPE.sub("", text).replace("\t", " ")
    return _LOGIN.sub("***@", "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in plain))
