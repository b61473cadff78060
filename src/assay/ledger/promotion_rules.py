"""What may follow in a chain: the rules of registering, promoting and rolling back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assay.ledger.chain import RETIREMENT, Chain, Unverified
from assay.ledger.entry import Entry, shown_time
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import precedence
from assay.manifest.document import Manifest

_SKEW = 300


@dataclass(frozen=True, kw_only=True)
class Next:
    """The entry that follows; `made` says that it is in the chain already, because the same was asked before."""

    entry: Entry
    made: bool


def follow(chain: Chain, wish: Entry, manifest: Manifest, *, now: int) -> Next:
    """The next entry of a chain, or the one that already fulfils the wish; raises PromotionError otherwise.

    The wish's place in the chain is given here. Its time may not lie after `now` (five minutes are allowed).
    """
    _refuse_broken(chain)
    rule = {"register": _registration, "promote": _promotion, "rollback": _rollback}[wish.event]
    same = rule(chain, wish, manifest)
    if same is not None:
        return Next(entry=same, made=True)
    if wish.time > now + _SKEW:
        raise PromotionError(
            f"The promotion would be dated {shown_time(wish.time)}, which is still to come.",
            hint="Set this machine's clock, or pass --time.",
        )
    # Dates never run backwards along the chain, so that `assay at` has one answer for each time.
    time = max([wish.time, *(entry.time for entry in chain.sound()[-1:])])
    previous = chain.links[-1].tag_object if chain.links else None
    entry = replace(wish, seq=len(chain.entries) + 1, previous=previous, time=time)
    return Next(entry=entry, made=False)


def registration_of(chain: Chain, version: str) -> Entry:
    """The registration of a version; raises PromotionError where there is none."""
    _refuse_broken(chain)
    found = chain.registered(version)
    if found is None:
        known = ", ".join(chain.versions()[-5:])
        raise PromotionError(
            f"{chain.model} {version} is not registered" + (f"; the latest are {known}." if known else "."),
            hint=f"Run `assay register --version {version}` on its commit.",
        )
    return found


def judge_there(registration: Entry, stage: str) -> str:
    """The hint for who has the dossier of another version at hand."""
    return (
        f"Check out that version and judge it there: `git switch --detach {registration.tag}`, "
        f"`assay check --stage {stage}`; or give the folder of its dossier with --dossier."
    )


def _registration(chain: Chain, wish: Entry, _: Manifest) -> Entry | None:
    known = chain.registered(wish.version)
    if known is not None:
        if _content(known) == _content(wish):
            return known
        raise PromotionError(
            f"{chain.model} {wish.version} is registered already: {known.tag} on {known.commit[:12]}, "
            f"by decision {known.decision[:19]}.",
            hint="Nothing was written; choose the next version.",
        )
    _refuse_unverified(entry for entry in chain.entries if isinstance(entry, Unverified) and entry.tag == wish.tag)
    for each in chain.sound():
        if each.event == "register" and each.commit == wish.commit:
            raise PromotionError(
                f"This commit is registered already, as {each.version}.",
                hint="One commit has one version; commit first.",
            )
    return None


def _promotion(chain: Chain, wish: Entry, manifest: Manifest) -> Entry | None:
    registration = _registered(chain, wish)
    current = _current(chain, wish.stage)
    if current is not None and current.version == wish.version and _content(current) == _content(wish):
        return current
    _refuse_retired(chain, wish)
    _refuse_skipped_stage(chain, wish, manifest, registration)
    if current is not None and precedence(wish.version) < precedence(current.version):
        raise PromotionError(
            f"{wish.version} is older than {current.version}, which is in {wish.stage} ({current.tag}).",
            hint="Go back with `assay rollback`, which asks for a reason.",
        )
    for each in chain.sound():
        if each.event == "promote" and (each.stage, each.version, each.decision) == (
            wish.stage,
            wish.version,
            wish.decision,
        ):
            raise PromotionError(
                f"This decision has moved {wish.version} to {wish.stage} before ({each.tag}), and it was left since.",
                hint="Judge it again with `assay check`, so that the decision is of today.",
            )
    return None


def _rollback(chain: Chain, wish: Entry, _: Manifest) -> Entry | None:
    _registered(chain, wish)
    current = _current(chain, wish.stage)
    if current is not None and current.version == wish.version:
        if current.event == "rollback" and current.reason == wish.reason:
            return current
        raise PromotionError(f"{wish.version} is in {wish.stage} already ({current.tag}).")
    _refuse_retired(chain, wish)
    if not any(
        each.event != "register" and (each.stage, each.version) == (wish.stage, wish.version) for each in chain.sound()
    ):
        raise PromotionError(
            f"{wish.version} was never in {wish.stage}, so there is no going back to it.", hint="Use `assay promote`."
        )
    return None


def _registered(chain: Chain, wish: Entry) -> Entry:
    found = registration_of(chain, wish.version)
    if found.model_digest != wish.model_digest:
        raise PromotionError(
            f"The dossier is about another model than {found.tag}: its digest is {wish.model_digest or 'missing'}, "
            f"registered was {found.model_digest or 'none'}.",
            hint=judge_there(found, wish.stage),
        )
    return found


def _refuse_broken(chain: Chain) -> None:
    if chain.broken is not None:
        raise PromotionError(
            f"The ledger of {chain.model} does not hold: {chain.broken}.",
            hint="Find out who wrote it, and restore it from a clone that holds; see `assay history`.",
        )


def _current(chain: Chain, stage: str) -> Entry | None:
    current = chain.current(stage)
    if isinstance(current, Unverified):
        _refuse_unverified([current])
    return current if isinstance(current, Entry) else None


def _refuse_unverified(entries: Iterable[Unverified]) -> None:
    for entry in entries:
        raise PromotionError(
            f"The tag {entry.tag} is unverified: {entry.reason}.",
            hint="Restore the tag from a clone that still has it; see `assay status`.",
        )


def _refuse_retired(chain: Chain, wish: Entry) -> None:
    if chain.retired(wish.version) and wish.stage != RETIREMENT:
        raise PromotionError(f"{chain.model} {wish.version} was retired.")


def _refuse_skipped_stage(chain: Chain, wish: Entry, manifest: Manifest, registration: Entry) -> None:
    """A version reaches a stage from the one before it; being registered counts as the stage it was judged for."""
    graph = manifest.stage_graph()
    if wish.stage not in graph:
        raise PromotionError(f"There is no stage `{wish.stage}`; there are {', '.join(graph)}.")
    before = graph[wish.stage].after
    reached = {each.stage for each in chain.sound() if each.version == wish.version and each.event != "register"}
    if before is not None and before not in {*reached, registration.stage}:
        raise PromotionError(
            f"{wish.stage} follows {before}, and {wish.version} was not in {before}.",
            hint=f"Promote it to {before} first.",
        )


def _content(entry: Entry) -> tuple[str | None, ...]:
    """What the same request asked twice has in common."""
    return entry.commit, entry.decision, entry.card, entry.statement, entry.model_digest
