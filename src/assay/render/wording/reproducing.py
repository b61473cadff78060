"""How to reproduce a decision, and the digests of its inputs."""

from __future__ import annotations

import shlex

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.manifest.document import FILE
from assay.render.wording.detail import Detail
from assay.render.wording.markdown_text import code, table
from assay.render.wording.sanitized import clean, clipped

_MOST_COMMAND_BYTES = 600


def reproduce_lines(pages: Dossier, decision: Decision, revision: str | None) -> list[str]:
    """The command that must give the same decision; all foreign words in it are quoted for a shell.

    Each flag has its own line, so that a reader sees all of it.
    """
    command = _command(pages, decision, revision)
    judged_elsewhere = pages.plan is not None and pages.plan.changes is not None and revision is None
    advice = ", with `--base` and the revision that judged" if judged_elsewhere else ""
    if len(command.encode()) > _MOST_COMMAND_BYTES:
        return [f"Every run must give {code(decision.digest())}.", ""]
    return [f"Run it yourself{advice}; the decision must be the same:", "", "```sh", *command.splitlines(), "```", ""]


def digest_table(pages: Dossier, decision: Decision, detail: Detail) -> list[str]:
    """The digests of the pages, the policies and every input."""
    rows = [(page.name, page.digest()) for page in pages.written() if page.name != "card"]
    if pages.decision is None:
        rows.append(("decision", decision.digest()))
    if pages.plan is not None:
        rows.append(("policies", pages.plan.bundle_digest))
        rows += [(each.path, each.digest) for each in pages.plan.inputs]
    return table(["what", "digest"], [(code(clipped(what, detail.text)), code(digest)) for what, digest in rows])


def _command(pages: Dossier, decision: Decision, revision: str | None) -> str:
    flags = [("--as-of", decision.as_of)]
    if pages.manifest is not None and pages.manifest.file != FILE:
        flags.insert(0, ("--manifest", pages.manifest.file))
    if revision is not None:
        flags.append(("--base", revision))
    reviews = [each.path for each in (pages.plan.inputs if pages.plan is not None else ()) if each.role == "reviews"]
    flags += [("--reviews", path) for path in reviews[:1]]
    flags.append(("--expect", decision.digest()))
    words = [f"{flag} {shlex.quote(clean(value))}" for flag, value in (("--stage", decision.stage), *flags)]
    return " \\\n  ".join([f"assay check {words[0]}", *words[1:]])
