"""Every rule of a contract, kept and broken, with what is told of those that break it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError
from tests.support.driving import at, measured, source_of

from assay.checks.data_contract import check as data_contract
from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import Bar
from assay.facts.values import Estimate
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import load
from assay.steps.planning.blocks import read_blocks

CONTEXT = CheckContext(task="binary-classification", sets=("train", "other"), id="id", as_of="2026-03-10")
DATA = """id,amount,when,code,note,born
1,1,2026-01-01,AB,x,01.02.2000
2,100,2026-02-01,CD,yy,31.02.2000
3,5,2026-02-03,AB,,03.03.2001
4,,2026-02-02,EF,größe,
4,7,2026-02-04,AB,x,x
"""
OTHER = "key,day,size\nAB,2026-01-01,1\nCD,2026-02-01,2\n"


def read(block: str) -> data_contract.Spec:
    return data_contract.Spec.model_validate({"on": "train"} | load(block, "x").value)


def looked_at(
    folder: Path, block: str, data: str = DATA, context: CheckContext = CONTEXT
) -> tuple[data_contract.Facts, list[Bar]]:
    """The facts of a contract, and its bars, each of which points at a fact."""
    spec = read(block)
    sources = {"train": source_of(folder / "train.csv", data), "other": source_of(folder / "other.csv", OTHER)}
    facts, bars = measured(data_contract, spec, context, sources), list(data_contract.bars(spec, context))
    assert all(at(facts, bar.fact)["kind"] in ("estimate", "undefined") for bar in bars)
    assert not list(data_contract.problems(spec, context))
    # What the plan writes down is the same contract.
    assert data_contract.Spec.model_validate_json(json.dumps(spec.model_dump(mode="json", by_alias=True))) == spec
    return facts, bars


def broken(folder: Path, rules: str, data: str = DATA) -> tuple[float, int, tuple[str, ...]]:
    """How many broke the only rule that a column `it` has besides its own existence, out of how many, and who."""
    facts, bars = looked_at(folder, rules, data)
    found = at(facts, bars[-1].fact.rpartition("/")[0])
    return found["violations"].get("value", math.nan), found["violations"]["n"], tuple(found["keys"])


@pytest.mark.parametrize(
    ("rule", "violations", "asked", "keys"),
    [
        ("amount: {nulls: true, range: [1, 7]}", 1, 4, ("2",)),
        ("amount: {nulls: true, range: [1, null]}", 0, 4, ()),
        ("amount: {nulls: true, above: 1}", 1, 4, ("1",)),
        ("amount: {nulls: true, above: 0.99}", 0, 4, ()),
        ("amount: {nulls: true, below: 100}", 1, 4, ("2",)),
        ("amount: {nulls: true, not_in: [5, 7, 8]}", 2, 4, ("3", "4")),
        ("amount: {nulls: true, deviations: 1}", 1, 4, ("2",)),
        ("amount: {nulls: true, deviations: 1.5}", 0, 4, ()),
        ("amount: {nulls: true, order: increasing}", 1, 4, ()),
        ("amount: {nulls: true, order: decreasing}", 2, 4, ()),
        ("amount: {nulls: true, includes: [1, 5.0, 6]}", 1, 3, ()),
        ("id: {order: increasing}", 0, 5, ()),
        ("id: {order: strictly increasing}", 1, 5, ()),
        ("id: {order: strictly decreasing}", 4, 5, ()),
        ("id: {unique: true}", 2, 5, ("4", "4")),
        ("when: {above: 2026-01-01}", 1, 5, ("1",)),
        ("when: {below: '2026-02-04T00:00:00'}", 1, 5, ("4",)),
        ("when: {order: increasing}", 1, 5, ()),
        ("code: {in: [AB, CD]}", 1, 5, ("4",)),
        ("code: {not_in: [AB]}", 3, 5, ("1", "3", "4")),
        ("code: {includes: [AB, ZZ]}", 1, 2, ()),
        ("code: {most_common: [CD]}", 1, 1, ()),
        ("code: {most_common: [CD, AB]}", 0, 1, ()),
        ("code: {not_matches: 'A.*'}", 3, 5, ("1", "3", "4")),
        ("code: {not_matches: 'A'}", 0, 5, ()),
        ("code: {references: {set: other, column: key}}", 1, 5, ("4",)),
        ("code: {references: {set: other, column: key, with: {when: day}}}", 3, 5, ("3", "4", "4")),
        ("note: {nulls: true, length: [2, 5]}", 2, 4, ("1", "4")),
        ("note: {nulls: true, length: [null, 4]}", 1, 4, ("4",)),
        ("note: {nulls: true, length: [1, null]}", 0, 4, ()),
        ("born: {nulls: true, date_form: '%d.%m.%Y'}", 2, 4, ("2", "4")),
        # A type that fits no value: every value breaks the rule.
        ("code: {above: 1}", 5, 5, ("1", "2", "3", "4", "4")),
        ("code: {deviations: 3}", 5, 5, ("1", "2", "3", "4", "4")),
        ("code: {order: increasing}", 5, 5, ()),
        ("amount: {nulls: true, length: [1, 2]}", 4, 4, ()),
        ("amount: {nulls: true, references: {set: other, column: key}}", 4, 4, ()),
        ("id: {references: {set: other, column: nowhere}}", 5, 5, ()),
    ],
)
def test_a_rule_counts_who_breaks_it(
    tmp_path: Path, rule: str, violations: int, asked: int, keys: tuple[str, ...]
) -> None:
    assert broken(tmp_path, f"rules: {{{rule}}}") == (violations, asked, keys)


def test_columns_together_and_conditions(tmp_path: Path) -> None:
    facts, bars = looked_at(
        tmp_path,
        """
        unique: [[code, note], [id, code]]
        conditions:
          always: {then: amount > 1}
          where: {when: code == 'AB', then: amount > 3, mostly: ">= 60%"}
          unknown: {when: amount > 4, then: note is not None}
          never: {when: code == 'QQ', then: amount > 3}
          words: matches(code, '[A-Z]+') and length(code) == 2
        """,
    )
    found = {bar.title: at(facts, bar.fact).get("value") for bar in bars}
    assert found == {
        "rows of train that share code, note with another row": 2,
        "rows of train that share id, code with another row": 0,
        "rows of train that break: always": 2,
        "share of rows of train that keep: where, where code == 'AB'": pytest.approx(2 / 3),
        "rows of train that break: unknown, where amount > 4": 1,
        "rows of train that break: never, where code == 'QQ'": None,
        "rows of train that break: words": 0,
    }
    held = facts.sets["train"]
    assert held.unique["code, note"].keys == ("1", "4")
    assert (held.conditions["where"].keys, held.conditions["where"].violations.n) == ((), 3)
    assert held.conditions["unknown"].keys == ("3",)
    # That no row is asked proves nothing.
    assert held.conditions["never"].kept.model_dump()["reason"] == "empty"


def test_numbers_of_columns(tmp_path: Path) -> None:
    facts, bars = looked_at(
        tmp_path,
        """
        columns: {count: {at_least: 6, at_most: 6}}
        rules:
          rows: {at_least: 5, share_of: {other: {at_least: 2, at_most: 3}}}
          amount:
            nulls: true
            mean: {at_least: 28, at_most: 29}
            std: {at_most: 48}
            sum: {at_least: 113}
            min: {at_least: 1}
            max: {at_most: 99}
            quantiles: {p25: {at_least: 1}, p50: {at_most: 5}, p99.9: {at_most: 100}}
            distinct: {at_least: 4}
          id: {distinct_share: {at_least: 0.9}}
          when: {age: {at_most: 30}}
        """,
    )
    values = {
        bar.fact.removeprefix("/sets/train"): at(facts, bar.fact)["value"] for bar in bars if "rule" not in bar.fact
    }
    assert values == {
        "/rows": 5,
        "/columns": 6,
        "/numbers/rows.share_of.other": 2.5,
        "/numbers/amount.mean": 28.25,
        "/numbers/amount.std": 47.8983298,
        "/numbers/amount.sum": 113,
        "/numbers/amount.min": 1,
        "/numbers/amount.max": 100,
        "/numbers/amount.quantiles.p25": 1,
        "/numbers/amount.quantiles.p50": 5,
        "/numbers/amount.quantiles.p99.9": 100,
        "/numbers/amount.distinct": 4,
        "/numbers/id.distinct_share": 0.8,
        "/numbers/when.age": 34,
    }
    titles = [bar.title for bar in bars]
    assert "days from the newest when of train to 2026-03-10" in titles
    assert "rows of train over rows of other" in titles


def test_which_columns_there_are(tmp_path: Path) -> None:
    rules = "rules: {id: {}, extra: {required: false}}"
    facts, _ = looked_at(
        tmp_path, "columns: {exactly: [id, when, amount, extra], ordered: true, closed: true}\n" + rules
    )
    held = facts.sets["train"].rules
    assert held["columns.exactly"].found == "missing: `extra`; unexpected: `code`, `note`, `born`"
    assert held["columns.exactly"].violations.model_dump()["value"] == 4
    assert held["columns.ordered"].found == "out of order: `amount`, `when`"
    assert held["columns.closed"].found == "without a rule: `code`, `note`, `born`"
    facts, bars = looked_at(tmp_path, "columns: {exactly: [born, note, code, when, amount, id]}")
    assert [at(facts, bar.fact)["value"] for bar in bars] == [0]
    facts, bars = looked_at(tmp_path, "columns: {exactly: [a, b], ordered: true}", "c\n1\n")
    assert [at(facts, bar.fact)["value"] for bar in bars] == [3, 2]


def test_a_share_of_rows_may_break_a_rule(tmp_path: Path) -> None:
    facts, bars = looked_at(tmp_path, 'rules: {amount: {nulls: true, range: {is: [1, 7], mostly: ">= 75%"}}}')
    # Within what is tolerated nobody offends.
    assert facts.sets["train"].rules["amount.range"].keys == ()
    bar = bars[-1]
    assert (bar.fact, bar.direction, bar.limit) == ("/sets/train/rules/amount.range/kept", "at_least", 0.75)
    assert bar.title == "share of rows of train where amount is in range"
    assert bar.where == ("rules", "amount", "range", "mostly")
    assert Estimate.model_validate(at(facts, bar.fact)) == Estimate(
        value=0.75, low=0.75, high=0.75, n=4, method="exact", level=1.0
    )


def test_values_are_shown_only_where_the_manifest_says_so(tmp_path: Path) -> None:
    """G7: facts hold ids of rows, never their values, unless the manifest shows them."""
    rules = (
        "rules: {code: {in: [QQ]}, born: {nulls: true, date_form: '%Y-%m-%d'}, note: {nulls: true, most_common: [q]}}"
    )
    facts, _ = looked_at(tmp_path, rules)
    assert not any(text in facts.model_dump_json() for text in ("AB", "31.02", "größe"))
    facts, _ = looked_at(tmp_path, f"show_values: [code]\n{rules}")
    assert facts.sets["train"].rules["code.in"].values == ("AB", "CD", "EF")
    assert "31.02" not in facts.model_dump_json()


def test_at_most_ten_offenders_are_named(tmp_path: Path) -> None:
    data = "id,a\n" + "".join(f"{row},0\n" for row in range(30))
    assert broken(tmp_path, "rules: {a: {in: [1]}}", data) == (30, 30, tuple(map(str, range(10))))


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ("id,a,b\n", "empty"),
        ("id,a,b\n1,,\n2,,\n", "not_applicable"),
        ("id,b\n1,2026-01-01\n", "not_applicable"),
        ("id,a,b\n1,x,2026-01-01\n", "not_applicable"),
    ],
)
def test_a_number_that_does_not_exist_is_undefined(tmp_path: Path, data: str, reasons: str) -> None:
    block = "rules: {a: {nulls: true, mean: {at_least: 0}, quantiles: {p50: {at_least: 0}}, std: {at_least: 0.1}}}"
    facts, _ = looked_at(tmp_path, block, data)
    found = {each.model_dump().get("reason") for each in facts.sets["train"].numbers.values()}
    assert found <= {reasons, "not_applicable"}
    assert None not in found


def test_one_value_has_no_spread_and_equal_values_do_not_deviate(tmp_path: Path) -> None:
    facts, _ = looked_at(tmp_path, "rules: {a: {std: {at_most: 1}}}", "id,a\n1,5\n")
    assert facts.sets["train"].numbers["a.std"].model_dump()["reason"] == "too_few"
    assert broken(tmp_path, "rules: {a: {deviations: 0.5}}", "id,a\n1,0.1\n2,0.1\n3,0.1\n")[0] == 0


def test_infinite_numbers_have_no_mean(tmp_path: Path) -> None:
    path = str(tmp_path / "train.parquet")
    duckdb.connect().execute(f"COPY (SELECT unnest([1.5, 2, 'inf'::DOUBLE]) AS a) TO '{path}'")
    bounded = "mean: {at_least: 0}, max: {at_most: 9}, quantiles: {p50: {at_most: 9}}"
    spec = read(f"rules: {{a: {{deviations: 3, {bounded}, range: [0, 9]}}}}")
    found = measured(data_contract, spec, CONTEXT, {"train": source_of(Path(path))}).sets["train"]
    assert found.rules["a.deviations"].violations.reason == "not_finite"
    assert {each.reason for each in found.numbers.values()} == {"not_finite"}
    assert found.rules["a.range"].violations.value == 1


def test_a_date_after_the_stated_day_is_not_fresh(tmp_path: Path) -> None:
    """A value from the future would make any data look fresh."""
    block = "as_of: '2026-02-03'\nrules: {when: {age: {at_most: 30}}}"
    facts, bars = looked_at(tmp_path, block)
    ages = [bar for bar in bars if "age" in bar.fact]
    assert at(facts, ages[0].fact)["value"] == -1
    assert [(bar.direction, bar.limit) for bar in ages] == [("at_least", 0), ("at_most", 30)]
    nowhere = CheckContext(task="t", sets=("train",))
    assert [place for place, _ in data_contract.problems(read("rules: {when: {age: {at_most: 30}}}"), nowhere)] == [
        ("rules", "when", "age")
    ]


def test_empty_data_break_and_keep_nothing(tmp_path: Path) -> None:
    block = """
    columns: {exactly: [id, a]}
    rules: {a: {range: [0, 1], order: increasing, includes: [1], references: {set: other, column: size}, deviations: 2}}
    unique: [[id, a]]
    conditions: {c: {when: a > 1, then: id > 0}}
    """
    facts, bars = looked_at(tmp_path, block, "id,a\n")
    defined = [bar.fact for bar in bars if at(facts, bar.fact)["kind"] == "estimate"]
    assert defined == ["/sets/train/rules/columns.exactly/violations", "/sets/train/rules/a.required/violations"]


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("rules: {rows: {at_least: 0}}", "greater than or equal to 1"),
        ("rules: {rows: {}}", "nothing is required"),
        ("rules: {rows: {at_least: 9, at_most: 8}}", "must not exceed"),
        ("rules: {rows: {share_of: {other: {at_least: 0}}}}", "requires nothing"),
        ("rules: {a: {nulls: true, required: false}}", "needs a rule"),
        ("columns: {ordered: true}", "nothing is required"),
        ("columns: {closed: true, ordered: true}", "needs `exactly`"),
        ("columns: {exactly: [a, a]}", "each column once"),
        ("rules: {a: {range: {is: [2, 1], mostly: '>= 9%'}}}", "must not exceed"),
        ("rules: {a: {matches: {is: '(', mostly: '>= 9%'}}}", "regular expression"),
        ("rules: {a: {length: {is: [-1, 2], mostly: '>= 9%'}}}", "greater than or equal to 0"),
        ("rules: {a: {above: soon}}", "neither a number nor a date"),
        ("rules: {a: {mean: {}}}", "nothing is required"),
        ("rules: {a: {mean: {at_least: 2, at_most: 1}}}", "must not exceed"),
        ("rules: {a: {std: {at_least: 0}}}", "requires nothing"),
        ("rules: {a: {distinct: {at_most: -1}}}", "no number can meet this"),
        ("rules: {a: {distinct_share: {at_most: 1}}}", "requires nothing"),
        ("rules: {a: {length: [0, null]}}", "requires nothing"),
        ("rules: {a: {length: [3, 2]}}", "must not exceed"),
        ("rules: {a: {date_form: '%d/%m/%y'}}", "`%y` is not a part"),
        ("rules: {a: {not_matches: '(?!x)'}}", "look-around"),
        ("rules: {a: {quantiles: {median: {at_least: 1}}}}", "match pattern"),
        ("rules: {a: {quantiles: {}}}", "at least 1"),
        ("rules: {a: {deviations: 0}}", "greater than 0"),
        ("rules: {a: {order: up}}", "'increasing'"),
        ("rules: {a: {age: {at_most: -1}}}", "at least 0"),
        ("rules: {a: {required: false, mean: {at_most: 1}}}", "an absent column has no number"),
        ("rules: {a: {unique: {is: false, mostly: '>= 9%'}}}", "requires nothing"),
        ("rules: {a: {in: {is: [1], mostly: '<= 9%'}}}", "lower bound"),
        ("rules: {a: {in: {is: [1], mostly: '>= 0%'}}}", "lower bound"),
        ("rules: {a: {in: {is: [1], share: '>= 9%'}}}", "Extra inputs"),
        ("rules: {a: {deviations: {is: 0, mostly: '>= 9%'}}}", "greater than 0"),
        ("rules: {a: {date_form: {is: '%Y', mostly: '>= 9%'}}}", "needs %Y, %m and %d"),
        ("rules: {a: {in: {is: [], mostly: '>= 9%'}}}", "at least 1"),
        ("unique: [[a]]", "two columns or more"),
        ("unique: [[a, a]]", "once"),
        ("unique: [[a, b], [a, b]]", "once"),
        ("conditions: {c: {when: f(x), then: a > 1}}", "at character 1"),
        ("conditions: {c: {when: a > 1}}", "Field required"),
        ("rules: {a: {}}\nas_of: today", "not a date"),
    ],
)
def test_rules_that_ask_for_nothing_or_make_no_sense_are_refused(block: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        read(block)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_infinity_bounds_nothing(number: float) -> None:
    for rule in ({"range": [number, None]}, {"above": number}, {"below": number}, {"mean": {"at_least": number}}):
        with pytest.raises(ValidationError, match=r"finite"):
            data_contract.Spec.model_validate({"rules": {"a": rule}})


def test_what_the_manifest_can_tell_beforehand() -> None:
    block = """
    rules:
      rows: {share_of: {train: {at_least: 2}}}
      a: {references: {set: train, column: a}}
    show_values: [b]
    """
    assert [place for place, _ in data_contract.problems(read(block), CONTEXT)] == [
        ("rules", "rows", "share_of", "train"), ("show_values", 0), ("rules", "a", "references")]  # fmt: skip
    uses = {use.where: use.set for use in data_contract.columns(read(block), CONTEXT)}
    assert uses[("rules", "a", "references", "set")] == "train"
    assert uses[("rules", "rows", "share_of", "train")] == "train"


def test_a_misspelt_rule_is_told_with_its_line_and_the_nearest_name() -> None:
    text = """
    assay: 1
    model: {name: small}
    checks:
      data_contract:
        rules:
          amount:
            rnge: [1, 2]
            mean: {at_leest: 3}
            above: {is: 3, mostl: ">= 9%"}
        columns: {exactl: [a]}
    """
    document, _, problems = read_manifest(text.encode(), "assay.yaml")
    problems += read_blocks(document.value["checks"], document)[1]
    told = {(problem.line, problem.path.rpartition(".")[2]): problem.nearest for problem in problems}
    assert {
        (8, "rnge"): "range", (9, "at_leest"): "at_least", (10, "mostl"): "mostly", (11, "exactl"): "exactly"
    }.items() <= told.items()  # fmt: skip
