"""Rounds of questions: each round of all checks is answered from one scan per file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assay.checks import CHECKS
from assay.dossier.at_base import plain
from assay.dossier.check_context import CheckContexts
from assay.dossier.pages import Measurement
from assay.dossier.plan_parts import PlannedCheck
from assay.errors import ISSUES, AssayError, EvaluationError
from assay.facts.check_parts import CheckFacts

MAX_ROUNDS = 200
FAULT = f"If it is a check of your own, repair it; else this is a fault of Assay, so report it ({ISSUES})."
Answer = Callable[[Sequence[Any]], list[Any]]


@dataclass
class Measuring:
    """A check that is being measured: its generator, its current questions, and how it ended."""

    check: str
    generator: Generator[list[Any], list[Any], CheckFacts] | None = None
    asked: list[Any] = field(default_factory=list)
    ended: Measurement | None = None

    def advance(self, answers: list[Any] | None) -> None:
        """Sends the answers and receives the next questions or the facts."""
        if self.generator is None:
            return
        try:
            self.asked = self.generator.send(answers)  # type: ignore[arg-type]  # a generator is started by None
        except StopIteration as stop:
            facts = stop.value.model_dump(mode="json", exclude_none=True)
            self.ended = Measurement(check=self.check, outcome="measured", facts=facts)
        except AssayError as error:
            self.fail(str(error), supply_of(error))
        except Exception as error:  # noqa: BLE001  # the one place where a bug in a check becomes evidence
            self.fail(f"The check failed on this input ({type(error).__name__}: {error}).", FAULT)

    def fail(self, reason: str, supply: str) -> None:
        """Ends the check without facts; `supply` says what would let it be measured."""
        if self.generator is not None:
            self.generator.close()
        self.ended = Measurement(check=self.check, outcome="error", reason=reason, supply=supply)


def supply_of(error: AssayError) -> str:
    """What an error asks for; its reason, if it has no hint of its own."""
    own = error.hint if error.hint != EvaluationError.default_hint else ""
    return own or "Correct what the reason names, in the manifest or in the data."


def start(planned: PlannedCheck, contexts: CheckContexts) -> Measuring:
    """A planned check, with its first questions."""
    if planned.spec is None:
        ended = Measurement(check=planned.id, outcome="unavailable", reason=planned.missing, supply=planned.supply)
        return Measuring(planned.id, ended=ended)
    check = CHECKS.load(plain(planned.id))
    spec = check.Spec.model_validate_json(_json(planned.spec))
    context = contexts.about(check.MATERIAL, seed=int(planned.seed))
    measuring = Measuring(planned.id, generator=check.measure(spec, context))
    measuring.advance(None)
    return measuring


def measure_all(checks: Iterable[Measuring], answer: Answer) -> tuple[Measurement, ...]:
    """Every check's measurement; a file that cannot be read fails only the checks that asked for it."""
    every = list(checks)
    for _ in range(MAX_ROUNDS):
        waiting = [each for each in every if each.ended is None]
        if not waiting:
            break
        for each, answers in zip(waiting, _answer_round(waiting, answer), strict=True):
            if answers is not None:
                each.advance(answers)
    for each in every:
        if each.ended is None:
            each.fail(f"The check still had questions after {MAX_ROUNDS} rounds.", FAULT)
    return tuple(each.ended for each in every if each.ended is not None)


def _answer_round(waiting: Sequence[Measuring], answer: Answer) -> list[list[Any] | None]:
    questions = [question for each in waiting for question in each.asked]
    try:
        answers = iter(answer(questions))
    except AssayError:
        return [_answer_alone(each, answer) for each in waiting]
    return [[next(answers) for _ in each.asked] for each in waiting]


def _answer_alone(measuring: Measuring, answer: Answer) -> list[Any] | None:
    try:
        return answer(measuring.asked)
    except AssayError as error:
        measuring.fail(str(error), supply_of(error))
        return None


def _json(spec: dict[str, Any]) -> bytes:
    from assay.canonical import canonical

    return canonical(spec)
