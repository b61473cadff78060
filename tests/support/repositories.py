"""Small model repositories that tests change one thing of."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

MANIFEST = """\
assay: 1
model:
  name: small
  owner: credit-risk
  risk: high
  intended_use: Rank applications for a loan officer, who decides.
  artifact: {format: predictions, predictions: {holdout: scores.csv}}
data:
  id: key
  label: approve
  sensitive: [group]
  sets:
    holdout: {path: holdout.csv}
checks:
  data_contract:
    on: holdout
    rules:
      rows: {at_least: 100}
      key: {unique: true}
      approve: {in: [0, 1]}
      amount: {type: number, range: [0, 1000]}
  quality:
    on: holdout
    bars: {roc_auc: ">= 0.70"}
  bias:
    on: holdout
    by: [group]
    bars: {demographic_parity_difference: "<= 0.20"}
"""
BEHAVIOUR = """\
  behaviour:
    on: holdout
    tests:
      - {name: more never hurts, kind: directional, change: {amount: "+10%"}, expect: score not lower}
"""
MODEL = """\
def score(features):
    return [min(1.0, value / 1000) for value in features["amount"]]
"""

HOUSE = """\
# METADATA
# title: The house knows whose it is
# custom:
#   checks: [governance]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Name the owner.
package house.owner_known

proven if input.facts.governance.owner_named == true
"""
HOUSE_FILE = "policies/house/owner_known/owner_known.rego"


@dataclass(frozen=True)
class Repository:
    """A folder with a manifest and data."""

    root: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def replace(self, old: str, new: str, name: str = "assay.yaml") -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    @property
    def dossier(self) -> Path:
        return self.root / ".assay" / "small" / "validation"


def rows(count: int = 600, seed: int = 7) -> list[tuple[str, int, str, int, float]]:
    """Keys, amounts, groups, labels and scores of a fair and able model."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        amount = draw.randint(1, 999)
        score = amount / 1000
        made.append(
            (
                f"K{number:04d}",
                amount,
                draw.choice("ab"),
                int(draw.random() < score**2 / (score**2 + (1 - score) ** 2)),
                score,
            )
        )
    return made


def write_repository(root: Path, *, model: bool = False) -> Repository:
    """A repository whose gate is open; with `model`, its own function answers and a behaviour test is declared."""
    repository = Repository(root)
    made = rows()
    repository.write("holdout.csv", data_text(made))
    if model:
        repository.write("model.py", MODEL)
        artifact = "artifact: {format: python, callable: 'model:score'}"
        text = MANIFEST.replace("artifact: {format: predictions, predictions: {holdout: scores.csv}}", artifact)
        repository.write("assay.yaml", text + BEHAVIOUR)
    else:
        repository.write("scores.csv", scores_text(made))
        # A file of predictions cannot answer for changed rows, so no behaviour test is asked for.
        policies = "policies: ['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*']"
        stages = f"stages:\n  validation: {{{policies}, vouched_by: credit-risk}}\n"
        repository.write("assay.yaml", MANIFEST + stages)
    return repository


def data_text(made: list[tuple[str, int, str, int, float]]) -> str:
    return "key,amount,group,approve\n" + "".join(
        f"{key},{amount},{group},{label}\n" for key, amount, group, label, _ in made
    )


def scores_text(made: list[tuple[str, int, str, int, float]]) -> str:
    return "key,score\n" + "".join(f"{key},{score}\n" for key, *_, score in made)
