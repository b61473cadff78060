"""Free text: what is no longer the same kind of text alarms, a fresh half of the same texts does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.support.driving import measured, source_of

from assay.checks.drift import check as drift
from assay.dossier.check_context import CheckContext
from assay.facts.values import Undefined, exact
from assay.stats.free_texts import compare_texts, is_free_text

ORDERS = (
    "the a service product order arrived late broken great happy please refund money back time again never really support "
    "team called waited hours days quality price cheap good bad ok delivery box item color size wrong right love hate "
    "recommend friend shop store online phone app crash fast slow nice helpful rude staff manager return exchange gift"
)
LATIN = "ipsum dolor sit amet consectetur elit sed eiusmod tempor incididunt labore magna aliqua enim minim"
WORDS, FOREIGN = ORDERS.split(), LATIN.split()
CONTEXT = CheckContext(task="binary-classification", sets=("reference", "current"))
Change = Callable[[str, random.Random], str]


def message(draw: random.Random) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(max(3, round(draw.gauss(12, 5))))) + draw.choice([".", "!", ""])


def messages(seed: int, count: int = 300) -> list[str]:
    draw = random.Random(seed)
    return [message(draw) for _ in range(count)]


CHANGES: dict[str, Change] = {
    "gibberish": lambda text, draw: "".join(draw.choice("abcdefghijklmnopqrstuvwxyz ") for _ in text),
    "shuffled letters": lambda text, draw: " ".join("".join(draw.sample(word, len(word))) for word in text.split()),
    "another language": lambda text, draw: " ".join(draw.choice(FOREIGN) for _ in text.split()),
    "another script": lambda text, _: "".join(chr(0x430 + ord(each) % 32) if each.isalpha() else each for each in text),
    "truncated": lambda text, _: text[:20],
    "half of it": lambda text, _: text[: len(text) // 2],
    "empty": lambda text, draw: "" if draw.random() < 0.6 else text,
    "blank": lambda text, _: " " * len(text),
    "templated": lambda _, draw: f"the order {draw.randrange(9_999)} arrived late, please refund",
    "capitals": lambda text, _: text.upper(),
    "repeated": lambda text, _: f"{text} {text}",
}


def found(folder: Path, reference: list[Any], current: list[Any], **spec: Any) -> drift.Facts:
    connection = duckdb.connect()
    for name, texts in (("reference", reference), ("current", current)):
        connection.register(
            "made", {"message": np.array([*texts, None], dtype=object)[:-1], "key": np.arange(len(texts))}
        )
        connection.execute(
            f"COPY (SELECT CAST(message AS VARCHAR) AS message FROM made) TO '{folder}/{name}.parquet' (FORMAT parquet)"
        )
    sources = {name: source_of(folder / f"{name}.parquet") for name in ("reference", "current")}
    facts: drift.Facts = measured(drift, drift.Spec.model_validate(spec), CONTEXT, sources)
    return facts


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_another_kind_of_text_drifts(tmp_path: Path, change: Change) -> None:
    draw = random.Random(9)
    facts = found(tmp_path, messages(1), [change(text, draw) for text in messages(2)])
    assert facts.drifted_columns.value == 1  # type: ignore[union-attr]  # an estimate
    assert facts.columns["message"].told


@pytest.mark.parametrize("seed", range(5))
def test_a_fresh_half_does_not(tmp_path: Path, seed: int) -> None:
    facts = found(tmp_path, messages(10 + seed), messages(50 + seed))
    column = facts.columns["message"]
    assert column.texts is not None
    assert not isinstance(column.texts.roc_auc, Undefined)
    assert facts.drifted_columns.value == 0  # type: ignore[union-attr]  # an estimate


def test_alarms_without_drift_are_rare() -> None:
    """The test and the effect together; the test alone would be wrong in one of twenty."""
    alarms = sum(
        bool(compare_texts(messages(100 + each, 150), messages(400 + each, 150), seed=each).drifted(0.95))
        for each in range(20)
    )
    assert alarms <= 1


def test_a_part_of_strange_texts_is_seen(tmp_path: Path) -> None:
    """What the classifier misses among few texts: a third of them are gibberish."""
    draw = random.Random(3)
    strange = [CHANGES["gibberish"](each, draw) if row % 3 == 0 else each for row, each in enumerate(messages(2, 150))]
    column = found(tmp_path, messages(1, 150), strange).columns["message"]
    assert column.drifted == exact(1, 250)
    assert column.told is not None
    assert "moved in their" in column.told


def in_groups(seed: int, groups: int, per: int, change: Change | None = None) -> list[tuple[str, str]]:
    """Texts of people who each repeat a few words of their own, so that texts of one person are alike."""
    draw = random.Random(seed)
    made = []
    for person in range(groups):
        own = draw.sample(WORDS, 5)
        for _ in range(per):
            text = " ".join(draw.choice(own if draw.random() < 0.5 else WORDS) for _ in range(10))
            made.append((f"p{seed}-{person}", change(text, draw) if change else text))
    return made


def compared(one: list[tuple[str, str]], other: list[tuple[str, str]], seed: int) -> bool | None:
    groups = ([each for each, _ in one], [each for each, _ in other])
    return compare_texts([each for _, each in one], [each for _, each in other], seed=seed, groups=groups).drifted(0.95)


def test_texts_that_belong_together_change_sides_together() -> None:
    alarms = sum(bool(compared(in_groups(each, 40, 5), in_groups(100 + each, 40, 5), each)) for each in range(8))
    assert alarms <= 1
    for change in ("gibberish", "another language"):
        assert compared(in_groups(1, 40, 5), in_groups(2, 40, 5, CHANGES[change]), 1)
    shared = in_groups(1, 60, 8)
    assert compared(shared[::2], shared[1::2], 1) is False


def test_too_few_texts_are_undefined(tmp_path: Path) -> None:
    facts = found(tmp_path, messages(1, 100), messages(2, 100))
    assert facts.columns["message"].drifted == Undefined(reason="too_few", n=33, needed=50)


def test_what_is_no_free_text_is_compared_by_value(tmp_path: Path) -> None:
    assert not is_free_text([f"A{each:04d}" for each in range(200)])
    assert not is_free_text(["north east region", "south west region"] * 100)
    assert not is_free_text([None, 3])
    assert not is_free_text([f"2026-01-01T00:{each // 60:02d}:{each % 60:02d}+02:00" for each in range(200)])
    assert not is_free_text([f"1 000 {each} kg" for each in range(200)])
    assert is_free_text(["\u8fd9\u4e2a\u4ea7\u54c1" * 6 + chr(0x4E00 + each) for each in range(200)])
    facts = found(tmp_path, ["north east region", "south"] * 100, ["north east region", "south"] * 100)
    assert facts.columns["message"].texts is None


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other = (compare_texts(messages(1), messages(2), seed=7) for _ in range(2))
    assert one == other
    assert compare_texts(messages(1), messages(2), seed=8) != one
