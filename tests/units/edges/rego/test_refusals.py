"""What a policy may not mention is refused when it is read, with file and line (E10)."""

import pytest

from assay.edges.rego.refusals import refuse_data_keys, refuse_forbidden
from assay.errors import PolicyError

PACKAGE = ("quality", "mine")


def refuse(rules: str) -> None:
    refuse_forbidden("quality/mine/mine.rego", f"package quality.mine\n\n{rules}\n", PACKAGE)


@pytest.mark.parametrize("start", ["[", '{"a": ', "[{", "[[{"])
def test_deep_brackets_are_refused_before_a_parser_sees_them_f8(start: str) -> None:
    levels = 13 // sum(start.count(each) for each in "[{") + 1
    with pytest.raises(PolicyError, match=r"quality/mine/mine\.rego:3: brackets are nested more than 12 deep"):
        refuse(f"x := {start * levels}")


def test_twelve_brackets_and_quoted_ones_pass() -> None:
    refuse(f'x := {"[" * 12}1{"]" * 12}\n\ny := {"{" * 12}1{"}" * 12}\n\nz := "{"[" * 99}"')


@pytest.mark.parametrize(
    "rules",
    [
        'x := http.send({"method": "get", "url": "http://127.0.0.1"})',
        "x := opa.runtime()",
        'x := opa["runtime"]()',
        "x := opa[`run\u0074ime`]()",
        'x := net.lookup_ip_addr("example.org")',
        'x := net.cidr_contains("10.0.0.0/8", "10.0.0.1")',
        "x := time.now_ns()",
        'x := time["now_ns"]()',
        'x := rand.intn("a", 3)',
        'x := uuid.rfc4122("a")',
        "x := rego.metadata.chain()",
        'x := rego.parse_module("a", "package a")',
        'x := io.jwt.decode("a.b.c")',
        "x := providers.aws.sign_req({}, {}, 1)",
        "x := count([1]) with count as opa.runtime",
        "x if {\n\ty := [opa . runtime()]\n}",
        'x := $"{opa.runtime()}"',
        "x := $`{opa.runtime()}`",
        'x := "#" + opa.runtime()',
        "x := data.other.policy.proven",
        'x := data["quality"]',
        "x := walk(data)",
        "x if proven with data.lib2 as {}",
        "x := [1, data]",
    ],
)
def test_what_reaches_outside_is_refused_e10(rules: str) -> None:
    with pytest.raises(PolicyError, match=r"^quality/mine/mine.rego:[34]: ") as caught:
        refuse(rules)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "rules",
    [
        "# opa.runtime() and http.send are only mentioned here",
        'x := "http.send and opa.runtime"',
        'x := `time.now_ns() "`',
        'x := "an escaped quote \\" and opa.runtime"',
        "x := input.http.send",
        'x := input["a"].net.data.time.now_ns',
        "import rego.v1\nx if input.y",
        "import data.lib.bars\nx if bars.cleared(input.y)",
        "x := data.quality.mine.limits",
        'x := time.parse_rfc3339_ns("2026-01-02T03:04:05Z")',
        "x if { some net in input.nets; net == 1 }",
        'x := regex.match("^data$", input.y)',
    ],
)
def test_the_benign_twin_passes(rules: str) -> None:
    refuse(rules)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("package quality.other\n", 1),
        ("# first\n\npackage quality\n", 3),
        ("package quality.mine.more\n", 1),
        ('package quality.mine["more"]\n', 1),
        ('package quality["mine"]\n', 1),
        ("package quality.mine\npackage quality.other\n", 2),
        ("x := 1\npackage quality.mine\n", 1),
        ("package\n", 1),
        ("", 1),
    ],
)
def test_the_package_must_equal_the_path_f7(source: str, line: int) -> None:
    with pytest.raises(PolicyError, match=rf"^a\.rego:{line}: .*quality\.mine"):
        refuse_forbidden("a.rego", source, PACKAGE)


def test_the_library_sees_only_itself() -> None:
    refuse_forbidden("lib/a/a.rego", "package lib.a\nx := data.lib.b.y\n", ("lib", "a"))
    with pytest.raises(PolicyError, match=r"only `data\.lib` may be read here"):
        refuse_forbidden("lib/a/a.rego", "package lib.a\nx := data.quality.mine\n", ("lib", "a"))


def test_a_package_named_like_a_root_is_read_as_a_name() -> None:
    refuse_forbidden("data/mine/mine.rego", "package data.mine\nx := data.data.mine.y\n", ("data", "mine"))


@pytest.mark.parametrize("key", ["proven", "refuted", "deny", "offenders", "helper", "limit"])
def test_data_never_stands_in_for_a_rule_f7(key: str) -> None:
    source = "package quality.mine\nproven if helper\nhelper := 1\nx := limit\n"
    with pytest.raises(PolicyError, match=f"`{key}` has the name of a rule"):
        refuse_data_keys("quality/mine/data.yaml", [key], source)


def test_data_beside_rules_is_allowed() -> None:
    refuse_data_keys("data.yaml", ["limit"], "package quality.mine\nproven if input.x > data.quality.mine.limit\n")
