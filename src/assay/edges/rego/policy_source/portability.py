"""Refuses calls and arithmetic on which engines disagree, with name and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assay.edges.rego.policy_source.scopes import Findings, Scope
from assay.edges.rego.policy_source.shapes import Shape, every_value
from assay.edges.rego.policy_source.syntax_trees import Node, literal_of, only
from assay.edges.rego.portable_builtins import WITHIN, reason_against

_VERB = re.compile(r"%(.?)", re.DOTALL)
_LOOSE = re.compile(r"\\[QEdDwWsSbBpP]|\(\?|&&|--|~~|\[:|[*+?}][*+}]|\{\d{4,}|\{\d*,\d{4,}|[^\x00-\x7f]")
"""Parts of a pattern that engines read differently: Unicode classes, flags, quotes, operators, repeated repetition."""
MAX_COLUMNS = 1_024


def refuse_call(findings: Findings, scope: Scope, name: str, body: Node, given: Sequence[Shape]) -> None:
    """Notes a built-in that some engine lacks, or whose result differs between engines for such arguments."""
    against = reason_against(name, pinned=findings.pinned)
    if against is None and not findings.pinned and findings.judging and name in _RULES:
        sound = len(given) >= _ARGUMENTS.get(name, 1) and _RULES[name](body["params"], given)
        against = None if sound else WITHIN[name]
    if against is not None:
        findings.report(scope, body["span"], f"`{name}` is refused: {against}.")


def refuse_arithmetic(findings: Findings, scope: Scope, body: Node, sides: Sequence[Shape]) -> None:
    """Notes arithmetic whose digits differ between engines: any division, and operations on fractions."""
    if findings.pinned or not findings.judging or any(not side.kinds for side in sides):
        return
    if body["op"] == "Sub" and all(side.kinds == {"set"} for side in sides):
        return
    text = scope.module.text(body["span"])[:100]
    if body["op"] == "Div":
        findings.report(scope, body["span"], f"`{text}` is refused: engines round quotients differently.")
    elif not all(_whole(side) for side in sides):
        message = f"`{text}` is refused: engines round fractions differently; calculate with whole numbers only."
        findings.report(scope, body["span"], message)


def _whole(shape: Shape) -> bool:
    return not shape.kinds or (shape.kinds == {"number"} and shape.whole > 0)


def _whole_items(_: Sequence[Node], given: Sequence[Shape]) -> bool:
    return not given[0].is_any and _whole(every_value(given[0]))


def _whole_first(_: Sequence[Node], given: Sequence[Shape]) -> bool:
    return _whole(given[0])


def _ascii(shape: Shape) -> bool:
    known = shape.texts
    return shape.kinds <= {"string"} and known is not None and all(each.isascii() for each in known)


def _ascii_first(_: Sequence[Node], given: Sequence[Shape]) -> bool:
    return _ascii(given[0])


def _counted(_: Sequence[Node], given: Sequence[Shape]) -> bool:
    return not {"any", "string"} & given[0].kinds or _ascii(given[0])


def _without(kind: str) -> Callable[[Sequence[Node], Sequence[Shape]], bool]:
    return lambda _, given: not any({"any", kind} & shape.kinds for shape in given)


def _needle(parameters: Sequence[Node], _: Sequence[Shape]) -> bool:
    return bool(literal_of(parameters[1]))


def _plain_pattern(parameters: Sequence[Node], place: int, given: Sequence[Shape]) -> bool:
    """Whether a pattern is a literal that engines read alike; on ASCII text they also read character classes alike."""
    pattern = literal_of(parameters[place])
    if not isinstance(pattern, str):
        return False
    subject = given[1 - place]
    if _ascii(subject):
        pattern = re.sub(r"\\[dDwWsSbB]", "x", pattern)
    return _LOOSE.search(pattern) is None and _compiles(pattern)


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _glob(parameters: Sequence[Node], given: Sequence[Shape]) -> bool:
    pattern = literal_of(parameters[0])
    plain = isinstance(pattern, str) and pattern.isascii() and not re.search(r"\?|\[[!^]|\*\*", pattern)
    return plain and _ascii(given[2])


def _paths(parameters: Sequence[Node], _: Sequence[Shape]) -> bool:
    kind, body = only(parameters[1])
    found = [literal_of(each) for each in body["items"]] if kind in ("Array", "Set") else [None]
    return all(isinstance(each, str) and "~" not in each for each in found)


def _date(parameters: Sequence[Node], given: Sequence[Shape]) -> bool:
    return literal_of(parameters[0]) == "2006-01-02" and given[1].place == ("as_of",)


def _formatted(parameters: Sequence[Node], given: Sequence[Shape]) -> bool:
    """Whether format and arguments are literals that fit each other, and every engine writes them alike."""
    text, (kind, body) = literal_of(parameters[0]), only(parameters[1])
    if not isinstance(text, str) or kind != "Array":
        return False
    verbs = [found for found in _VERB.findall(text) if found != "%"]
    arguments = [given[1].fields[str(number)] for number in range(len(body["items"]))]
    return len(verbs) == len(arguments) and all(
        _written(verb, shape) for verb, shape in zip(verbs, arguments, strict=True)
    )


def _written(verb: str, shape: Shape) -> bool:
    if not shape.kinds:
        return True
    if verb == "s":
        return shape.kinds == {"string"}
    if verb == "d":
        return shape.kinds == {"number"} and shape.whole > 1
    return verb == "v" and _shown(shape)


def _shown(shape: Shape) -> bool:
    """Whether every engine writes a value alike with `%v`: no fractions, and no sets, as the empty set differs."""
    if {"any", "set"} & shape.kinds or ("number" in shape.kinds and not shape.whole):
        return False
    parts = [*shape.fields.values(), *([shape.values] if shape.values is not None else [])]
    return all(map(_shown, parts))


_ARGUMENTS = {"glob.match": 3, "lower": 1, "upper": 1, "count": 1, "to_number": 1, "sum": 1, "product": 1}
_ARGUMENTS |= dict.fromkeys(("indexof", "indexof_n", "json.remove", "object.subset", "sprintf", "time.parse_ns"), 2)
_ARGUMENTS |= {name: 2 for name in WITHIN if name.startswith("regex.")}
_RULES: dict[str, Callable[[Sequence[Node], Sequence[Shape]], bool]] = {
    **dict.fromkeys(("lower", "upper"), _ascii_first),
    **dict.fromkeys(("sum", "product"), _whole_items),
    **dict.fromkeys(("indexof", "indexof_n"), _needle),
    **{name: lambda parameters, given: _plain_pattern(parameters, 0, given) for name in WITHIN if "regex" in name},
    "regex.replace": lambda parameters, given: _plain_pattern(parameters, 1, given),
    "count": _counted,
    "format_int": _whole_first,
    "glob.match": _glob,
    "json.remove": _paths,
    "object.subset": _without("array"),
    "sprintf": _formatted,
    "time.parse_ns": _date,
    "to_number": _without("string"),
}
