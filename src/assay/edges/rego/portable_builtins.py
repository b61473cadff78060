"""Which built-ins return the same result in every engine, for which arguments, and why the others do not.

Measured in 1,830 calls with OPA 1.21.1 and regorus 0.13.0; `tests/laws/test_engine_agreement.py` compares both again.
"""

from __future__ import annotations

ALWAYS = frozenset(
    (
        *("and", "or", "array.concat", "array.slice", "array.reverse", "sort", "min", "max", "abs", "round", "concat"),
        *("base64.encode", "base64url.decode", "base64url.encode", "base64url.encode_no_pad", "hex.decode"),
        *("hex.encode", "bits.and", "bits.negate", "bits.or", "bits.rsh", "bits.xor", "contains", "endswith"),
        *("startswith", "glob.quote_meta", "graph.reachable", "graph.reachable_paths", "intersection", "union"),
        *("is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "json.filter"),
        *("numbers.range", "numbers.range_step", "object.filter", "object.get", "object.keys", "object.remove"),
        *("object.union", "object.union_n", "replace", "split", "strings.any_prefix_match", "strings.any_suffix_match"),
        *("strings.reverse", "substring", "time.clock", "time.date", "time.diff", "time.format", "time.weekday"),
        *("trim", "trim_left", "trim_prefix", "trim_right", "trim_space", "trim_suffix", "type_name", "walk"),
    )
)
"""Both engines returned the same result for every call, or both refused it."""

_PATTERN = (
    "use a literal ASCII pattern without flags, repeated repetition and, on text that can be other than ASCII, `\\d`, "
    "`\\w`, `\\s` and `\\b`"
)
WITHIN = {
    "count": "engines count characters beyond ASCII differently; count a text only if it can only be ASCII",
    "format_int": "engines write fractions differently; use it only on whole numbers",
    "glob.match": "use a literal ASCII pattern without `?`, `[^` and `**`, on text that can only be ASCII",
    "indexof": "the text to look for must be a literal and not empty",
    "indexof_n": "the text to look for must be a literal and not empty",
    "json.remove": "the paths must be literals without `~`",
    "lower": "engines disagree on letters beyond ASCII; use it only on text that can only be ASCII",
    "object.subset": "the embedded engine crashes on empty lists; use it only on objects and sets",
    "product": "engines multiply fractions differently; use it only on whole numbers",
    "regex.find_all_string_submatch_n": _PATTERN,
    "regex.find_n": _PATTERN,
    "regex.match": _PATTERN,
    "regex.replace": _PATTERN,
    "regex.split": _PATTERN,
    "sprintf": (
        "use a literal format and a literal list of as many arguments: `%s` for text, `%d` for whole numbers from 0, "
        "`%v` for values without fractions and sets"
    ),
    "sum": "engines add fractions differently; use it only on whole numbers",
    "time.parse_ns": 'use it only as `time.parse_ns("2006-01-02", input.as_of)`',
    "to_number": "engines read text differently; use it only on other values",
    "upper": "engines disagree on letters beyond ASCII, such as `ß`; use it only on text that can only be ASCII",
}
"""Built-ins with the same result for some arguments only; each reason says for which."""

WRONG = {
    "ceil": "OPA itself is wrong: ceil(-0.5) gives 1; use `round`",
    "floor": "OPA itself is wrong: floor(-0.5) gives 0; use `round`",
}
"""Refused with every engine."""

DIFFERENT = {
    "base64.decode": "engines read line ends differently",
    "base64.is_valid": "engines read line ends differently",
    "bits.lsh": "engines write large results differently",
    "json.is_valid": "engines disagree on large numbers and lone surrogates",
    "json.marshal": "engines write numbers and the characters < > & differently",
    "json.marshal_with_options": "engines write numbers and the characters < > & differently",
    "json.match_schema": "engines describe mismatches differently",
    "json.patch": "the embedded engine ignores a patch that does not apply",
    "json.unmarshal": "engines read large numbers and lone surrogates differently",
    "json.verify_schema": "engines disagree on invalid schemas",
    "print": "it is for debugging, and engines return different values",
    "regex.is_valid": "engines allow different patterns",
    "regex.template_match": "engines read patterns with `.*` differently",
    "semver.compare": "engines disagree on a leading `v`",
    "semver.is_valid": "engines disagree on a leading `v`",
    "strings.count": "engines count overlaps differently, and the embedded engine crashes on an empty text",
    "strings.replace_n": "OPA replaces in one pass, the embedded engine in one pass per pattern",
    "time.add_date": "engines disagree on the ends of months",
    "time.parse_duration_ns": "engines disagree on days",
    "time.parse_rfc3339_ns": "engines allow different spellings",
    "trace": "engines return different values",
    "units.parse": "engines write the value differently",
    "units.parse_bytes": "engines round fractions differently",
    "urlquery.decode": "the embedded engine drops `&`",
    "urlquery.decode_object": "the embedded engine accepts bad escapes",
    "urlquery.encode": "engines disagree on `~`",
    "urlquery.encode_object": "engines disagree on `~`",
    "yaml.is_valid": "engines read different versions of YAML",
    "yaml.marshal": "engines write YAML differently",
    "yaml.unmarshal": "engines read different versions of YAML",
}
"""Built-ins whose results differ for ordinary arguments, or for arguments that nobody can rule out before measuring."""

OPERATORS = frozenset(
    (
        *("assign", "eq", "equal", "neq", "lt", "lte", "gt", "gte", "plus", "minus", "mul", "rem"),
        *("internal.member_2", "internal.member_3"),
    )
)
"""OPA's names for the operators that a policy may use besides built-ins."""

PORTABLE = ALWAYS | WITHIN.keys() | OPERATORS
"""All built-ins and operators that OPA may offer a policy that every engine must judge alike."""


def reason_against(name: str, *, pinned: bool) -> str | None:
    """Why a policy may not call a built-in; None if it may, at least for some arguments.

    If the manifest lets only OPA judge (`pinned`), only the built-ins that OPA itself gets wrong are refused.
    """
    if name in WRONG:
        return WRONG[name]
    if pinned or name in PORTABLE:
        return None
    return DIFFERENT.get(name, "not every engine has it")
