"""One promotion from the request to the tag: verify, place in the chain, write. Three verbs share it."""

from __future__ import annotations

import datetime
import functools
import time
from collections.abc import Callable
from typing import Any

from pydantic import Field

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.edges.attestation.keys import key_password
from assay.edges.files import write_atomically
from assay.edges.git import find_commit
from assay.edges.git_push import fetch_commit
from assay.edges.store import DossierFolder
from assay.errors import EvaluationError, PageError, UsageError
from assay.ledger.entry import Entry, Event, headline, read_time, written_reason
from assay.ledger.promotion_page import Promotion, PromotionError, model_digest, promotion_page
from assay.ledger.promotion_rules import follow, other_version_hint, registration_of
from assay.ledger.tag_names import written_version
from assay.manifest.document import Manifest
from assay.steps.deciding.engine_options import EngineOptions
from assay.steps.promoting.base_terms import BaseTerms
from assay.steps.promoting.chain_reading import KnownChain
from assay.steps.promoting.chain_writing import Signer, push_known, write_entry
from assay.steps.promoting.commit_content import JUDGE_AGAIN, require_content
from assay.steps.promoting.current_reviews import read_current, require_current
from assay.steps.promoting.evidence_origin import establish_origin
from assay.steps.promoting.judged_environment import require_hashed_requirements, require_judged_environment
from assay.steps.promoting.manifest_arrival import require_admitted
from assay.steps.promoting.protected_branch import require_branch_of_stage, require_on_branch
from assay.steps.promoting.required_signatures import require_signed
from assay.steps.promoting.requirements import require_bound, require_open, require_recent, statement_digest
from assay.steps.promoting.vouched_chain import read_demanded, signer_of_entries
from assay.steps.signing.signatures import SKEW

MAX_AGE = datetime.timedelta(days=7)


class PromotionOptions(EngineOptions):
    """Options that `register`, `promote` and `rollback` share."""

    time: str | None = Field(
        None, description="Time of the promotion, such as 2026-11-20T14:30:00Z. Optional; default: the decision's date."
    )
    key: str | None = Field(
        None,
        description="Public key, certificate or trust file that the dossier's signatures must match: a file, "
        "`env:NAME` or text. Optional; default: the trust file that the default branch's manifest names, if any.",
    )
    signing_key: str | None = Field(
        None,
        description="Private key that signs the entry: a PEM file or env:NAME, with its password in "
        "ASSAY_KEY_PASSWORD, or an SSH key's file; or `keyless`: the job's own identity. Optional; default: not "
        "signed.",
    )
    remote: str = Field("origin", description="Git remote that stores the tags and the ledger.")
    branch: str | None = Field(
        None,
        description="Branch of the remote that has the commit; the tag names it. A stage takes only the default branch "
        "and those that the default branch's manifest names. Optional; default: its default branch.",
    )
    no_push: bool = Field(default=False, description="Write to this clone only; the next promotion pushes it.")
    allow_embedded_engine: bool = Field(
        default=False, description="Allow the embedded engine to judge the promotion if OPA is not installed."
    )

    def place(self) -> str:
        """Where the tag and the ledger are once they are written, in a sentence; a forgotten --remote shows in it."""
        if self.no_push:
            return "The tag and the ledger are in this clone only; the next promotion without --no-push pushes them."
        usual = ", the default of --remote" if self.remote == type(self).model_fields["remote"].default else ""
        return f"The tag and the ledger are on the remote `{self.remote}`{usual}."


def record_transition(
    dossier: DossierFolder, options: PromotionOptions, event: Event, version: str | None, reason: str | None = None
) -> Promotion:
    """The page of a promotion that was written, now or by an identical earlier request; raises PromotionError."""
    if version is None:
        raise UsageError(f"{'--to' if event == 'rollback' else '--version'} is required.")
    version = written_version(version.removeprefix("v"))
    reason = None if reason is None else written_reason(reason)
    engine = options.engine_wanted()
    reviews = read_current(dossier, options.remote)
    pages: Any = require_open(dossier, options.stage, engine, embedded=options.allow_embedded_engine).pages
    remote = None if options.no_push else options.remote
    file = pages.manifest.file
    look = functools.partial(read_demanded, dossier.root, pages.plan.model, remote, options.branch, file)
    known, terms = look()
    manifest = Manifest.model_validate(pages.manifest.manifest)
    require_bound(manifest, options.stage, terms.vouched_by(options.stage))
    require_recent(pages.decision, terms.valid_days(options.stage, manifest))
    signer = require_signed(dossier, pages, options.key, known.chain, terms.trust())
    registration = None if event == "register" else registration_of(known.chain, version)
    commit = find_commit(dossier.root, "HEAD") if registration is None else registration.commit
    require_on_branch(dossier.root, known.branch, commit)
    if event != "register":
        require_branch_of_stage(known.branch, remote, options.stage, terms.stage(options.stage).branches)
    _expect(pages.decision, options.expect)
    hint = JUDGE_AGAIN if registration is None else other_version_hint(registration, options.stage)
    require_content(dossier.root, commit, pages.manifest, pages.plan, hint=hint)
    require_hashed_requirements(dossier.root, commit, pages.manifest)
    reviews = require_current(reviews, pages, terms, signer)
    _require_approved(dossier, pages, remote)
    require_admitted(dossier, pages, commit, known.chain, options.remote)
    environment = require_judged_environment(dossier, pages, registration)
    origin = establish_origin(dossier, pages, commit, signer)
    wish = Entry(
        event=event,
        model=pages.plan.model,
        version=version,
        stage=options.stage,
        commit=commit,
        time=read_time(options.time or pages.decision.as_of),
        decision=pages.decision.digest(),
        card=pages.card.digest(),
        statement=statement_digest(dossier),
        model_digest=model_digest(pages.plan),
        environment=environment,
        branch=known.branch.name,
        evidence=origin.evidence,
        answers=origin.answers,
        seq=1,
        reason=reason,
    )
    sign = signer_of_entries(terms, options.stage, options.signing_key, key_password())
    reviews.require_unchanged()
    page = _settle(dossier, known, wish, manifest, look, sign)
    write_atomically(dossier.path(f"{Promotion.name}.json"), page.content())
    return page


def _settle(
    dossier: DossierFolder,
    known: KnownChain,
    wish: Entry,
    manifest: Manifest,
    look: Callable[[], tuple[KnownChain, BaseTerms]],
    sign: Signer | None,
) -> Promotion:
    """The page of a wish; if another entry came first, raises PromotionError unless it is the same wish."""
    following = follow(known.chain, wish, manifest, now=int(time.time()))
    if following.made:
        return _as_written(dossier, known, following.entry)
    page = write_entry(dossier.root, known, following.entry, sign)
    if page is not None:
        return page
    again, _ = look()
    following = follow(again.chain, wish, manifest, now=int(time.time()))
    if following.made:
        return _as_written(dossier, again, following.entry)
    first = next((entry for entry in again.chain.sound() if entry.seq == len(known.chain.entries) + 1), None)
    won = "another promotion" if first is None else headline(first.event, first.model, first.version, first.stage)
    raise PromotionError(
        f"Another promotion came first: {won}{'' if first is None else f' ({first.tag})'}.",
        hint="Nothing was written. Run the command again to promote after that one.",
    )


def _as_written(dossier: DossierFolder, known: KnownChain, entry: Entry) -> Promotion:
    """The page of an entry in the chain; pushes it if only this clone has it."""
    push_known(dossier.root, known)
    link = known.chain.links[entry.seq - 1]
    return promotion_page(entry, link.tag_object)


def _expect(decision: Decision, expect: str | None) -> None:
    if expect is not None and decision.digest() != expect:
        raise PageError(f"The decision is {decision.digest()}, but {expect} was expected.")


def _require_approved(dossier: DossierFolder, pages: Dossier, remote: str | None) -> None:
    """Raises PromotionError if the approved commit differs from what is promoted (threats: mode M).

    Old reviews do not count either, because somebody may have withdrawn an approval since. A commit that a squash or a
    deleted branch left behind is fetched from the remote by its id.
    """
    if pages.evidence is None or pages.plan is None or pages.manifest is None:
        return
    for each in pages.evidence.measurements:
        if each.check != "approvals" or not each.facts:
            continue
        _refuse_stale(str(each.facts.get("taken_at")))
        head = str(each.facts.get("head"))
        try:
            if remote is not None:
                fetch_commit(dossier.root, remote, head)
            find_commit(dossier.root, head)
        except (UsageError, EvaluationError) as error:
            hint = f"Fetch it: `git fetch {remote or 'origin'} pull/<number>/head`."
            raise PromotionError("The commit that was approved is not in this clone.", hint=hint) from error
        hint = "Let the two people approve what you want to promote, and judge with those reviews."
        require_content(dossier.root, head, pages.manifest, pages.plan, hint=hint, whole=True)


def _refuse_stale(taken_at: str) -> None:
    now, taken = datetime.datetime.now(datetime.UTC), datetime.datetime.fromisoformat(taken_at)
    if not now - MAX_AGE <= taken <= now + SKEW:
        raise PromotionError(
            f"The reviews were read at {taken_at}; a promotion needs reviews of the last {MAX_AGE.days} days.",
            hint="Read them again with `assay approvals` and judge with them (`assay check --reviews`).",
        )
