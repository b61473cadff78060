"""Which built-ins give the same answer in every engine, for which arguments, and why others do not.

Measured with OPA 1.21.1 and regorus 0.13.0 in 1,830 calls; `tests/laws/test_engine_agreement.py` asks both again.
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
"""Every call gave the same answer, or both engines refused it."""

WITHIN = {
    "count": "not of text, unless it is plain ASCII: engines count other characters differently",
    "format_int": "only of whole numbers",
    "glob.match": "only a literal pattern of plain ASCII without `?`, `[^` and `**`, on text that is plain ASCII",
    "indexof": "only a literal text to look for, which is not empty",
    "indexof_n": "only a literal text to look for, which is not empty",
    "json.remove": "only literal paths without `~`",
    "lower": "only of text that is plain ASCII; engines disagree on other letters",
    "object.subset": "not of lists: the embedded engine crashes on empty ones",
    "product": "only of whole numbers: fractions are multiplied differently",
    "regex.find_all_string_submatch_n": "only a plain literal pattern",
    "regex.find_n": "only a plain literal pattern",
    "regex.match": "only a plain literal pattern",
    "regex.replace": "only a plain literal pattern",
    "regex.split": "only a plain literal pattern",
    "sprintf": "only a literal format with a literal list of arguments",
    "sum": "only of whole numbers: fractions are added differently",
    "time.parse_ns": 'only as `time.parse_ns("2006-01-02", input.as_of)`',
    "to_number": "not of text",
    "upper": "only of text that is plain ASCII; engines disagree on other letters, such as `ß`",
}
"""The same answer for some arguments, which the walk through the policy asks for."""

WRONG = {
    "ceil": "OPA itself is wrong: ceil(-0.5) gives 1; use `round`",
    "floor": "OPA itself is wrong: floor(-0.5) gives 0; use `round`",
}
"""Refused whichever engine judges."""

DIFFERENT = {
    "base64.decode": "engines read line ends differently",
    "base64.is_valid": "engines read line ends differently",
    "bits.lsh": "engines write large results differently",
    "json.is_valid": "engines disagree on large numbers and half characters",
    "json.marshal": "engines write numbers and the marks < > & differently",
    "json.marshal_with_options": "engines write numbers and the marks < > & differently",
    "json.match_schema": "engines describe what does not match differently",
    "json.patch": "the embedded engine is silent where a patch does not apply",
    "json.unmarshal": "engines read large numbers and half characters differently",
    "json.verify_schema": "engines disagree on schemas that are not sound",
    "print": "it is for tests, and its value differs",
    "regex.is_valid": "engines allow other patterns",
    "regex.template_match": "engines read patterns with `.*` differently",
    "semver.compare": "engines disagree on a leading `v`",
    "semver.is_valid": "engines disagree on a leading `v`",
    "strings.count": "engines count overlaps differently, and the embedded one crashes on an empty text",
    "strings.replace_n": "OPA replaces once, the embedded engine one pattern after the other",
    "time.add_date": "engines disagree on the ends of months",
    "time.parse_duration_ns": "engines disagree on days",
    "time.parse_rfc3339_ns": "engines allow other spellings",
    "trace": "its value differs",
    "units.parse": "engines write the value differently",
    "units.parse_bytes": "engines round fractions differently",
    "urlquery.decode": "the embedded engine drops `&`",
    "urlquery.decode_object": "the embedded engine accepts bad escapes",
    "urlquery.encode": "engines disagree on `~`",
    "urlquery.encode_object": "engines disagree on `~`",
    "yaml.is_valid": "engines read other versions of YAML",
    "yaml.marshal": "engines write YAML differently",
    "yaml.unmarshal": "engines read other versions of YAML",
}
"""Another answer on ordinary arguments, or on arguments that cannot be told apart before there is evidence."""

OPERATORS = frozenset(
    (
        *("assign", "eq", "equal", "neq", "lt", "lte", "gt", "gte", "plus", "minus", "mul", "rem"),
        *("internal.member_2", "internal.member_3"),
    )
)
"""What OPA calls the operators that a policy may use, beside its built-ins."""

PORTABLE = ALWAYS | WITHIN.keys() | OPERATORS
"""All that OPA may do for a policy that every engine must judge alike."""


def reason_against(name: str, *, pinned: bool) -> str | None:
    """Why a policy may not call a built-in; None where it may, for some arguments at least.

    Where the manifest says that OPA alone judges (`pinned`), only what OPA itself gets wrong is refused.
    """
    if name in WRONG:
        return WRONG[name]
    if pinned or name in PORTABLE:
        return None
    return DIFFERENT.get(name, "not every engine has it")
