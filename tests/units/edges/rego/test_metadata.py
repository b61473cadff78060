"""METADATA is read strictly, and as OPA reads it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.metadata import Policy, read_policy
from assay.errors import PolicyError

WHOLE = """\
# Someone's licence.

# METADATA
# title: "A title: quoted"
# description: >-
#   Folded
#   text.
# custom:
#   checks: [quality, bias]
#   effect: warn
#   risks:
#     - high
#   stages: [validation, my-stage]
#   tasks: [regression]
#   remedy: Do it.
package family.policy

proven := true
"""
PLACE = "family/policy/policy.rego"


def read(source: str) -> Policy:
    return read_policy(PLACE, source, ("family", "policy"))


def test_every_field_is_read() -> None:
    assert read(WHOLE) == Policy(
        id="family/policy",
        package="family.policy",
        title="A title: quoted",
        description="Folded text.",
        remedy="Do it.",
        checks=("quality", "bias"),
        effect="warn",
        risks=("high",),
        stages=("validation", "my-stage"),
        tasks=("regression",),
    )


def test_what_is_consulted_is_read_and_what_is_needed_is_no_less_needed() -> None:
    consulting = WHOLE.replace("#   effect", "#   consults: [approvals, bias, approvals]\n#   effect")
    assert read(consulting).checks == ("quality", "bias")
    assert read(consulting).consults == ("approvals",)


def test_a_policy_may_rule_on_some_bars_only() -> None:
    assert read(WHOLE).bars == ()
    assert read(WHOLE.replace("#   effect", "#   bars: [/leakage, /rows/train]\n#   effect")).bars == (
        "/leakage",
        "/rows/train",
    )


def test_windows_line_ends_mean_the_same() -> None:
    assert read(WHOLE.replace("\n", "\r\n")) == read(WHOLE)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("#   effect: warn\n", "#   effect: wran\n", 10, "warn"),
        ("#   effect: warn\n", "", 8, "required"),
        ("# title:", "# titel:", 4, "titel"),
        ("#   remedy: Do it.\n", "#   remedy: Do it.\n#   severity: low\n", 16, "severity"),
        ("[quality, bias]", "[]", 9, "at least 1"),
        ("[quality, bias]", "quality", 9, "list"),
        ("[quality, bias]", "[Quality]", 9, "Quality"),
        ("[quality, bias]", "[bias]\n#   consults: [Approvals]", 10, "Approvals"),
        ("[quality, bias]", "[bias]\n#   consults: approvals", 10, "list"),
        ("     - high", "     - huge", 12, "huge"),
        ("[quality, bias]", "[bias]\n#   bars: [leakage]", 10, "leakage"),
        ("[quality, bias]", "[bias]\n#   bars: /leakage", 10, "list"),
        ("[regression]", "[ranking]", 14, "ranking"),
        ("validation, my-stage", "validation, my_stage", 13, "my_stage"),
        ("remedy: Do it.", "remedy: 3", 15, "text"),
        ("#   tasks:", "#   checks:", 14, "twice"),
        ("#   tasks: [regression]", "#   tasks: &a [regression]", 14, "Anchors"),
        ("# custom:", "#custom:", 8, "YAML"),
        ("# title:", "#\ttitle:", 4, "YAML"),
        ('"A title: quoted"', '"two\\nlines"', 4, "form"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in WHOLE
    with pytest.raises(PolicyError, match=says) as caught:
        read(WHOLE.replace(old, new))
    assert f"{PLACE}:{line}:" in str(caught.value)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        read(WHOLE.replace("effect: warn", "effect: wran").replace("# title:", "# titel:"))
    assert len(str(caught.value).splitlines()) >= 3


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("package family.policy\n", "found none"),
        (WHOLE.replace("#   remedy: Do it.\n", "#   remedy: Do it.\n\n"), "found none"),
        (WHOLE.replace("# METADATA", "# METADATA\n# METADATA"), "found several"),
        (WHOLE.replace("# METADATA", "# Metadata"), "found none"),
        ("# METADATA\npackage family.policy\n", "expected"),
        ("# METADATA\n# - a list\npackage family.policy\n", "expected"),
    ],
)
def test_metadata_stands_directly_above_the_package(source: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        read(source)


def test_shipped_policies_are_read_as_opa_inspects_them(opa: str, project: Path) -> None:
    assert as_opa_inspects(opa, project / "policies") == as_we_read(read_bundle([project / "policies"]))


def test_odd_metadata_is_read_as_opa_inspects_it(opa: str, write: Callable[..., Path], tmp_path: Path) -> None:
    write("family/policy").write_text(WHOLE)
    assert as_opa_inspects(opa, tmp_path / "policies") == as_we_read(read_bundle([tmp_path / "policies"]))


def as_we_read(bundle: Bundle) -> dict[str, dict[str, object]]:
    return {
        policy.package: {
            "title": policy.title,
            "description": policy.description,
            "checks": list(policy.checks),
            "effect": policy.effect,
            "risks": list(policy.risks),
            "stages": list(policy.stages),
            "tasks": list(policy.tasks),
            "when": list(policy.when),
            "consults": list(policy.consults),
            "declared": policy.declared,
            "waivable": policy.waivable,
            "bars": list(policy.bars),
            "why": policy.why,
            "remedy": policy.remedy,
        }
        for policy in bundle.policies
    }


def as_opa_inspects(opa: str, folder: Path) -> dict[str, dict[str, object]]:
    command = [opa, "inspect", "--annotations", "--format", "json", str(folder)]
    run = subprocess.run(command, check=True, capture_output=True, timeout=20)
    found = {}
    for each in json.loads(run.stdout)["annotations"]:
        package = ".".join(part["value"] for part in each["path"][1:])
        annotations = each["annotations"]
        if annotations["scope"] == "package" and not package.startswith("lib."):
            described = {"title": annotations["title"], "description": annotations.get("description", "")}
            usual = {
                "tasks": [],
                "when": [],
                "consults": [],
                "declared": False,
                "bars": [],
                "waivable": True,
                "why": "",
            }
            found[package] = {**described, **usual, **annotations["custom"]}
    return found
