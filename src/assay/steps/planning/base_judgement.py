"""What is judged a second time, on the base's data: the checks that look at data which differ, and their policies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assay.dossier.at_base import TITLE, at_base, columns_at_base, is_at_base, of_base, of_change, plain
from assay.dossier.check_context import CheckContexts, seed_for
from assay.dossier.plan_parts import PlannedBar, PlannedCheck, PlannedInput, PlannedPolicy
from assay.edges.rego.metadata import Policy
from assay.facts.check_parts import Recipe
from assay.steps.planning.blocks import (
    CheckBlock,
    compared_sets,
    planned_bars,
    planned_check,
    planned_recipes,
    scored_sets,
)
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest
from assay.steps.planning.policy_selection import planned_policy


@dataclass(frozen=True, kw_only=True)
class BaseJudgement:
    """The parts of a plan that judge on the base's data, each under a marked name."""

    checks: tuple[PlannedCheck, ...] = ()
    bars: tuple[PlannedBar, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    policies: tuple[PlannedPolicy, ...] = ()


def judge_at_base(
    policies: Iterable[Policy],
    blocks: Mapping[str, CheckBlock | None],
    judging: ReadManifest,
    inputs: Collection[PlannedInput],
    *,
    stage: str,
    as_of: str,
) -> BaseJudgement:
    """The second judgement; nothing if no input is of the base.

    A check is measured again if the model scores the differing data for it, or if other data are compared with them.
    What a check says of data alone was said when they became the base. Training data are always the change's.
    """
    differing = {plain(each.name) for each in of_base(inputs)}
    if not differing:
        return BaseJudgement()
    contexts = planned_contexts(judging.manifest, columns=columns_at_base(inputs), as_of=as_of, stage=stage)
    again = {
        name: block
        for name, block in blocks.items()
        if block is not None and differing.intersection(_looked_at(block, contexts))
    }
    digests = [each.digest for each in _as_judged(inputs, differing)]
    return BaseJudgement(
        checks=tuple(_check(name, block, digests) for name, block in again.items()),
        bars=tuple(_bar(bar) for block in again.values() for bar in planned_bars(block, contexts, judging.document)),
        recipes=tuple(
            recipe.model_copy(update={"set": at_base(recipe.set)})
            for block in again.values()
            for recipe in (*unchanged(scored_sets(block, contexts)), *planned_recipes(block, contexts))
            if recipe.set in differing
        ),
        policies=tuple(
            _policy(planned_policy(policy), again) for policy in policies if again.keys() & set(policy.checks)
        ),
    )


def unchanged(sets: Iterable[str]) -> Iterable[Recipe]:
    """The unchanged rows of data sets, as recipes that change nothing."""
    return (Recipe(id="", set=name, changes=()) for name in sets)


def _looked_at(block: CheckBlock, contexts: CheckContexts) -> Iterator[str]:
    yield from scored_sets(block, contexts)
    yield from compared_sets(block, contexts)
    yield from (recipe.set for recipe in planned_recipes(block, contexts))


def _as_judged(inputs: Iterable[PlannedInput], differing: Collection[str]) -> Iterator[PlannedInput]:
    """The inputs as the second judgement sees them."""
    listed = tuple(inputs)
    yield from (each for each in of_change(listed) if each.role != "reviews" and each.name not in differing)
    yield from (each for each in listed if is_at_base(each.name))


def _check(name: str, block: CheckBlock, digests: Collection[str]) -> PlannedCheck:
    planned = planned_check(name, block, seed_for(name, digests))
    return planned.model_copy(update={"id": at_base(name), "title": planned.title.rstrip(".") + TITLE})


def _bar(bar: PlannedBar) -> PlannedBar:
    check = at_base(bar.check)
    name = f"{check}{bar.id[len(bar.check) :]}"
    return bar.model_copy(update={"id": name, "check": check, "title": bar.title + TITLE})


def _policy(policy: PlannedPolicy, again: Collection[str]) -> PlannedPolicy:
    def marked(checks: Iterable[str]) -> tuple[str, ...]:
        return tuple(at_base(check) if check in again else check for check in checks)

    return policy.model_copy(
        update={
            "id": at_base(policy.id),
            "title": policy.title + TITLE,
            "checks": marked(policy.checks),
            "consults": marked(policy.consults),
        }
    )
