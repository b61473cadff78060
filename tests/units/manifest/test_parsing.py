"""Every problem of a manifest is reported at once, with its place, what was expected, and the nearest name."""

from pathlib import Path

import pytest

from assay.dossier.check_context import features
from assay.errors import ManifestError
from assay.manifest.document import Manifest
from assay.manifest.parsing import nearest_name, read_manifest
from assay.manifest.yaml_strict import MOST_PROBLEMS

GOOD = """\
assay: 1
model:
  name: mortgage-approval
  risk: high
data:
  sets:
    holdout: {path: data/holdout.csv}
"""
BAD = """\
assay: 1
model:
  nam: Foo
  task: binary-clasification
  risk: hi
  artifact: {path: model/a.skops, fromat: skops}
data:
  id: 5
  sets:
    train: {pth: x}
  sensitive: black
waivers:
  - {policy: x, owner: a, reason: b, expires: 2027-13-01}
cheks: {}
"""


def problems(text: str) -> list[str]:
    try:
        return [str(problem) for problem in sorted(read_manifest(text.encode(), "assay.yaml")[2])]
    except ManifestError as error:
        return [str(problem) for problem in error.problems]


def test_a_good_manifest_has_no_problems_and_default_stages() -> None:
    _, manifest, found = read_manifest(GOOD.encode(), "assay.yaml")
    assert not found
    assert manifest is not None
    graph = manifest.stage_graph()
    assert list(graph) == [
        "ideation", "data-preparation", "experimentation", "validation", "deployment", "retirement",
    ]  # fmt: skip
    assert graph["validation"].after == "experimentation"
    assert graph["ideation"].after is None


def test_all_problems_at_once_with_place_and_nearest_name() -> None:
    found = "\n".join(problems(BAD))
    assert "assay.yaml:3:3: model.nam: `nam` is not known here" in found
    assert "assay.yaml:4:9: model.task: expected `binary-classification`" in found
    assert "not `binary-clasification`. Did you mean `binary-classification`?" in found
    assert (
        "assay.yaml:5:9: model.risk: expected `minimal`, `limited` or `high`, not `hi`. Did you mean `high`?" in found
    )
    assert "assay.yaml:6:35: model.artifact.fromat: `fromat` is not known here" in found
    assert "Did you mean `format`?" in found
    assert "assay.yaml:8:7: data.id: expected text, not `5`." in found
    assert "assay.yaml:10:13: data.sets.train.pth: `pth` is not known here" in found
    assert "assay.yaml:11:14: data.sensitive: expected a list, not `black`." in found
    assert "waivers.0.expires: month must be in 1..12" in found
    assert "assay.yaml:14:1: cheks: `cheks` is not known here" in found
    assert "Did you mean `checks`?" in found


@pytest.mark.parametrize("text", ["", "[]", "hello", "- a"])
def test_something_else_than_a_manifest(text: str) -> None:
    with pytest.raises(ManifestError, match="assay: 1"):
        read_manifest(text.encode(), "assay.yaml")


def test_own_stages_follow_one_another() -> None:
    text = GOOD + "roles: {ml_engineer: {users: [octocat]}}\nstages:\n"
    text += "  staging: {after: validation, approvals: [ml_engineer]}\n  production: {after: staging}\n"
    _, manifest, found = read_manifest(text.encode(), "assay.yaml")
    assert not found
    assert manifest is not None
    assert manifest.usual_stage("production") == "validation"


def test_a_circle_an_unknown_stage_and_an_unknown_role_are_problems() -> None:
    text = GOOD + "stages:\n  a: {after: b}\n  b: {after: a}\n  c: {after: stagin}\n  d: {approvals: [ml_enginer]}\n"
    found = "\n".join(problems(text))
    assert "circle" in found
    assert "the stage `stagin` does not exist" in found
    assert "the role `ml_enginer` is not among `roles`" in found


def test_the_design_example_is_valid(project: Path) -> None:
    demo = project / "src/assay/commands/templates/demo/assay.yaml"
    _, manifest, found = read_manifest(demo.read_bytes(), "assay.yaml")
    assert manifest is not None
    assert not found


def test_a_far_name_is_not_suggested() -> None:
    assert nearest_name("zzz", ["alpha", "beta"]) is None


def test_what_is_required_is_explained_and_short_words_are_understood() -> None:
    text = "assay: 1\nmodel:\n  name: x\n  task: multiclass\n  artifact: {path: m.skops}\n"
    found = "\n".join(problems(text))
    assert "Did you mean `multiclass-classification`?" in found
    assert "model.artifact.format: this is required (Model format: skops, onnx" in found


def test_what_is_left_of_a_manifest_is_still_read() -> None:
    """All errors at once: a wrong type does not hide what else is wrong."""
    _, manifest, found = read_manifest(BAD.encode(), "assay.yaml")
    assert found
    assert manifest is not None
    assert manifest.model.name == "unnamed"
    assert manifest.data is None or "train" not in manifest.data.sets


def test_very_many_stages_and_roles_are_refused_soon() -> None:
    model = "assay: 1\nmodel: {name: m, task: binary-classification}\n"
    chain = "".join(f"  s{number}: {{after: s{number + 1}}}\n" for number in range(5_000))
    _, _, problems = read_manifest(f"{model}stages:\n{chain}".encode(), "assay.yaml")
    assert [problem.message for problem in problems] == ["the manifest has 5,000 stages; at most 100 are allowed"]
    unknown = ", ".join(f"r{number}" for number in range(5_000))
    _, _, problems = read_manifest(f"{model}stages:\n  s: {{approvals: [{unknown}]}}\n".encode(), "assay.yaml")
    assert 0 < len(problems) <= MOST_PROBLEMS


@pytest.mark.parametrize("version", ["true", "2", "one", "null"])
def test_no_other_version_is_read(version: str) -> None:
    """To Python, `true` is equal to 1."""
    problems = read_manifest(f"assay: {version}\nmodel: {{name: m}}\n".encode(), "assay.yaml")[2]
    assert [(each.line, each.path) for each in problems if each.path == "assay"] == [(1, "assay")]
    assert "expected 1" in problems[0].message


def test_a_stage_names_no_environment_because_nothing_would_read_it() -> None:
    """A manifest may say only what has an effect."""
    content = b"assay: 1\nmodel: {name: small}\nstages: {production: {after: deployment, environment: production}}\n"
    _, _, problems = read_manifest(content, "assay.yaml")
    assert any("environment" in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        'waivers: [{policy: a/b, owner: "{}", reason: r, expires: 2026-12-10}]',
        'waivers: [{policy: a/b, owner: o, reason: "{}", expires: 2026-12-10}]',
        'stages: {validation: {vouched_by: "{}"}}',
        'data: {sets: {holdout: {path: h.csv}}, sensitive: {none: "{}"}}',
    ],
)
def test_blanks_name_nobody_and_no_reason_g1(line: str) -> None:
    start = "assay: 1\nmodel: {name: a}\n"
    assert any("expected words, not `" in told for told in problems(start + line.replace("{}", " \\t")))
    assert problems(start + line.replace("{}", "Ada")) == []


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("all but [key, 'a, b']", ("amount", "town")),
        ("{all_but: [amount]}", ("a, b", "town")),
        ("[town]", ("town",)),
    ],
)
def test_features_can_be_all_but_some(written: str, seen: tuple[str, ...]) -> None:
    """Columns with a role are never features by default, and what the page says is read back as the same."""
    text = (
        "assay: 1\nmodel: {name: m}\ndata:\n  sets: {a: {path: a.csv}}\n  id: key\n  label: y\n  sensitive: [sex]\n"
        f"  features: {written}\n"
    )
    _, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    assert not problems
    assert manifest is not None
    assert manifest.data is not None
    assert features(manifest.data, ["key", "amount", "a, b", "sex", "town", "y"]) == seen
    assert Manifest.model_validate(manifest.model_dump(mode="json", exclude_none=True)) == manifest


@pytest.mark.parametrize("written", ["all but key", "all but []", "all but [1]", "all but [a", "everything", "all but"])
def test_features_that_are_no_list(written: str) -> None:
    _, _, problems = read_manifest(
        f"assay: 1\nmodel: {{name: m}}\ndata:\n  sets: {{a: {{path: a.csv}}}}\n  features: {written}\n".encode(),
        "assay.yaml",
    )
    assert [str(each) for each in problems] == [
        f"assay.yaml:5:13: data.features: expected a list of columns, or `all but [a, b]`, not `{written}`."
    ]


def test_a_text_that_a_comma_ended_is_told() -> None:
    text = b"assay: 1\nmodel: {name: small}\ndata:\n  sets: {}\n  sensitive: {none: The rows are pumps, not people.}\n"
    _, _, problems = read_manifest(text, "assay.yaml")
    assert [each.line for each in problems] == [5, 5]
    assert all("so write the text in quotes" in each.message for each in problems)
