"""What may follow in a chain: the rules of registering, promoting and rolling back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assay.ledger.chain import RETIREMENT, Chain, Unverified, Unvouched
from assay.ledger.entry import Entry, shown_time
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import precedence
from assay.manifest.document import Manifest

_SKEW = 300


@dataclass(frozen=True, kw_only=True)
class NextEntry:
    """The entry that follows; `made` says that the chain has it already, from an identical earlier request."""

    entry: Entry
    made: bool


def follow(chain: Chain, request: Entry, manifest: Manifest, *, now: int) -> NextEntry:
    """The next entry of a chain, or the one that already fulfils the request; raises PromotionError otherwise.

    The request gets its place in the chain here. Its time may not be after `now` (five minutes are allowed).
    """
    _refuse_broken(chain)
    rule = {"register": _registration, "promote": _promotion, "rollback": _rollback}[request.event]
    same = rule(chain, request, manifest)
    if same is not None:
        return NextEntry(entry=same, made=True)
    if request.time > now + _SKEW:
        raise PromotionError(
            f"The promotion's time, {shown_time(request.time)}, is in the future.",
            hint="Set this machine's clock, or pass --time.",
        )
    # Dates never run backwards along the chain, so that `assay at` has one answer for each time.
    time = max([request.time, *(entry.time for entry in chain.sound()[-1:])])
    last = chain.links[-1] if chain.links else None
    previous, line = (None, None) if last is None else (last.tag_object, last.commit)
    entry = replace(request, seq=len(chain.entries) + 1, previous=previous, previous_line=line, time=time)
    return NextEntry(entry=entry, made=False)


def registration_of(chain: Chain, version: str) -> Entry:
    """The registration of a version; raises PromotionError if there is none."""
    _refuse_broken(chain)
    found = chain.registered(version)
    if found is None:
        known = ", ".join(chain.versions()[-5:])
        raise PromotionError(
            f"{chain.model} {version} is not registered" + (f"; the latest are {known}." if known else "."),
            hint=f"Run `assay register --version {version}` on its commit.",
        )
    return found


def other_version_hint(registration: Entry, stage: str) -> str:
    """The hint for somebody whose dossier is of another version."""
    return (
        f"Check out that version and judge it there: `git switch --detach {registration.tag}`, "
        f"`assay check --stage {stage}`; or give the folder of its dossier with --dossier."
    )


def _registration(chain: Chain, request: Entry, _: Manifest) -> Entry | None:
    known = chain.registered(request.version)
    if known is not None:
        if _content(known) == _content(request):
            return known
        raise PromotionError(
            f"{chain.model} {request.version} is already registered: {known.tag} on {known.commit[:12]}, "
            f"by decision {known.decision[:19]}.",
            hint="Nothing was written; choose the next version.",
        )
    _refuse_unverified(entry for entry in chain.entries if isinstance(entry, Unverified) and entry.tag == request.tag)
    for each in chain.sound():
        if each.event == "register" and each.commit == request.commit:
            raise PromotionError(
                f"This commit is already registered, as {each.version}.",
                hint="A commit has one version; make a commit first.",
            )
    return None


def _promotion(chain: Chain, request: Entry, manifest: Manifest) -> Entry | None:
    registration = _registered(chain, request)
    current = _current(chain, request.stage)
    if current is not None and current.version == request.version and _content(current) == _content(request):
        return current
    _refuse_retired(chain, request)
    _refuse_skipped_stage(chain, request, manifest, registration)
    if current is not None and precedence(request.version) < precedence(current.version):
        raise PromotionError(
            f"{request.version} is older than {current.version}, which is in {request.stage} ({current.tag}).",
            hint="Go back with `assay rollback`, which asks for a reason.",
        )
    for each in chain.sound():
        if each.event == "promote" and (each.stage, each.version, each.decision) == (
            request.stage,
            request.version,
            request.decision,
        ):
            raise PromotionError(
                f"This decision moved {request.version} to {request.stage} before ({each.tag}); another version "
                "followed.",
                hint="Run `assay check` again, so that the decision is of today.",
            )
    return None


def _rollback(chain: Chain, request: Entry, _: Manifest) -> Entry | None:
    _registered(chain, request)
    current = _current(chain, request.stage)
    if current is not None and current.version == request.version:
        if current.event == "rollback" and current.reason == request.reason:
            return current
        raise PromotionError(f"{request.version} is already in {request.stage} ({current.tag}).")
    _refuse_retired(chain, request)
    if not any(
        each.event != "register" and (each.stage, each.version) == (request.stage, request.version)
        for each in chain.sound()
    ):
        raise PromotionError(
            f"{request.version} was never in {request.stage}, so you cannot roll back to it.",
            hint="Use `assay promote`.",
        )
    return None


def _registered(chain: Chain, request: Entry) -> Entry:
    found = registration_of(chain, request.version)
    if found.model_digest != request.model_digest:
        raise PromotionError(
            f"The dossier's model is not the one that {found.tag} registered: its digest is "
            f"{request.model_digest or 'missing'}, the registered one is {found.model_digest or 'missing'}.",
            hint=other_version_hint(found, request.stage),
        )
    return found


def _refuse_broken(chain: Chain) -> None:
    if chain.broken is not None:
        raise PromotionError(
            f"The ledger of {chain.model} is broken: {chain.broken}.",
            hint=_repair(chain),
        )


def _repair(chain: Chain) -> str:
    """How to mend a ledger."""
    restore = "Find out who wrote it, and restore it from a sound clone; see `assay history`."
    listed = {link.tag for link in chain.links}
    unknown = next((each.tag for each in reversed(chain.cut_off()) if each.tag not in listed), None)
    if unknown is None:
        return restore
    return f"{restore} If {unknown} was made by hand, delete it instead, here and on the remote."


def _current(chain: Chain, stage: str) -> Entry | None:
    current = chain.current(stage)
    if isinstance(current, Unvouched):
        return chain.last_sound(stage)
    if isinstance(current, Unverified):
        _refuse_unverified([current])
    return current if isinstance(current, Entry) else None


def _refuse_unverified(entries: Iterable[Unverified]) -> None:
    for entry in entries:
        raise PromotionError(
            f"The tag {entry.tag} is unverified: {entry.reason}.",
            hint="Restore the tag from a clone that still has it; see `assay status`.",
        )


def _refuse_retired(chain: Chain, request: Entry) -> None:
    if chain.retired(request.version) and request.stage != RETIREMENT:
        raise PromotionError(f"{chain.model} {request.version} was retired.")


def _refuse_skipped_stage(chain: Chain, request: Entry, manifest: Manifest, registration: Entry) -> None:
    """A version reaches a stage from the stage before it; a registration counts as the stage it was judged for."""
    graph = manifest.stage_graph()
    if request.stage not in graph:
        raise PromotionError(f"`{request.stage}` is not a stage of the manifest; its stages are {', '.join(graph)}.")
    before = graph[request.stage].after
    reached = {each.stage for each in chain.sound() if each.version == request.version and each.event != "register"}
    if before is not None and before not in {*reached, registration.stage}:
        raise PromotionError(
            f"{request.stage} follows {before}, and {request.version} was not in {before}.",
            hint=f"Promote it to {before} first.",
        )


def _content(entry: Entry) -> tuple[str | None, ...]:
    """What two identical requests have in common."""
    return entry.commit, entry.decision, entry.card, entry.statement, entry.model_digest
