"""What a built-in function can return, as far as this is known without calling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assay.edges.rego.policy_source.shapes import (
    ANY,
    BOOLEAN,
    NATURAL,
    NUMBER,
    TEXT,
    WHOLE,
    Shape,
    every_key,
    every_value,
    items,
    merge,
    text,
    unordered,
)

_NUMBERS = (
    *("ceil", "floor", "to_number"),
    *("semver.compare", "time.parse_ns", "time.parse_rfc3339_ns", "time.parse_duration_ns", "units.parse"),
    *("units.parse_bytes", "time.add_date", "time.diff"),
)
_TEXTS = (
    *("concat", "format_int", "json.marshal", "json.marshal_with_options", "lower", "upper", "replace", "sprintf"),
    *("strings.replace_n", "strings.reverse", "substring", "trim", "trim_left", "trim_prefix", "trim_right"),
    *("trim_space", "trim_suffix", "time.format", "time.weekday", "base64.encode", "hex.encode", "urlquery.encode"),
)
_TRUTHS = (
    *("startswith", "endswith", "contains", "regex.match", "glob.match", "json.is_valid", "object.subset"),
    *("is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "semver.is_valid"),
    *("strings.any_prefix_match", "strings.any_suffix_match", "regex.is_valid", "yaml.is_valid", "base64.is_valid"),
)
_SAME = ("array.slice", "array.reverse", "sort")
_PART = ("object.filter", "object.remove", "json.filter", "json.remove")

_FIXED = {
    **dict.fromkeys(_NUMBERS, NUMBER),
    **dict.fromkeys(_TEXTS, TEXT),
    **dict.fromkeys(_TRUTHS, BOOLEAN),
    **dict.fromkeys(("count", "strings.count"), NATURAL),
    **dict.fromkeys(("round", "indexof", "bits.and", "bits.or", "bits.xor", "bits.lsh", "bits.rsh"), WHOLE),
    "split": items("array", TEXT),
    "numbers.range": items("array", WHOLE),
    "numbers.range_step": items("array", WHOLE),
    "type_name": text("array", "boolean", "null", "number", "object", "set", "string"),
}
_GIVEN: dict[str, Callable[[Sequence[Shape]], Shape]] = {
    **dict.fromkeys(_SAME, lambda given: unordered(given[0])),
    **dict.fromkeys(_PART, lambda given: given[0]),
    **dict.fromkeys(("min", "max"), lambda given: every_value(given[0])),
    **dict.fromkeys(("union", "intersection", "object.union_n"), lambda given: every_value(given[0])),
    **dict.fromkeys(("object.union", "array.concat", "and", "or"), merge),
    "abs": lambda given: NATURAL if given[0].whole else NUMBER,
    **dict.fromkeys(("sum", "product"), lambda given: WHOLE if every_value(given[0]).whole else NUMBER),
    "object.keys": lambda given: items("set", every_key(given[0])),
}


def given_by(name: str, arguments: Sequence[Shape]) -> Shape:
    """What a built-in can return for some arguments; `ANY` if this is not known."""
    if name in _FIXED:
        return _FIXED[name]
    found = _GIVEN.get(name)
    return found(arguments) if found is not None and arguments else ANY
