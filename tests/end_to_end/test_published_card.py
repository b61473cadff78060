"""The comment carries the model card, and says who signed which digest, or that nobody did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.canonical import digest
from assay.dossier.pages import Decision
from tests.support.command_line import Assay
from tests.support.keys import Keys, write_keys
from tests.support.publishing import CONTEXT, ENGINE, Run, judge
from tests.support.repositories import Repository

MORE = """\
  out_of_scope: [automatic refusal]
  ethical_considerations:
    - {name: Group b was refused more often in the past., mitigation: The gap is gated.}
"""


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ecdsa-p256")


@pytest.fixture
def opened(actions: Run, assay: Assay) -> Repository:
    """A head whose gate is open, with what a card says of people."""
    actions.repository.replace("  risk: high\n", "  risk: high\n" + MORE)
    actions.commit()
    judge(assay, code=0)
    return actions.repository


def body_of(actions: Run) -> str:
    (body,) = actions.comments
    return body.replace("\u00a0", " ")


def sign(assay: Assay, keys: Keys) -> None:
    ended = assay("sign", "--key", keys.private, *ENGINE)
    assert ended.code == 0, ended.err


def follow(actions: Run) -> None:
    """The event of the default branch's own workflow, after the pull request's run."""
    followed = {"event": "pull_request", "head_sha": actions.head, "head_repository": actions.told}
    actions.event("workflow_run", {"workflow_run": followed})


def test_the_comment_carries_the_card_folded_under_the_verdict(actions: Run, opened: Repository, assay: Assay) -> None:
    assert assay("publish").code == 0
    body = body_of(actions)
    card = body[body.index("<summary>Model card</summary>") :].partition("</details>")[0]
    assert body.index("Gate open") < body.index("<summary>Model card</summary>") < body.index("policies that pass")
    for told in (
        "- **Intended use:** Rank applications for a loan officer, who decides",
        "- **Out of scope:** automatic refusal",
        "- **Owner:** credit-risk",
        "- **Approvals:** this stage requires none",
        "| Group b was refused more often in the past. | The gap is gated. |",
        "Columns about people: `group`.",
        "| `holdout` | `holdout.csv` | 600 | 4 |",
        "· ROC AUC | 0.912 [0.884, 0.933] | 600 |",
        "demographic parity difference | 0.",
    ):
        assert told in card, told
    assert "Gate open" not in card
    assert "<summary>Model card</summary>" in actions.read("summary")


def test_a_run_of_the_change_s_own_workflow_is_a_preview(actions: Run, opened: Repository, assay: Assay) -> None:
    """T-unsigned-card: a change can write whatever its own workflow posts; nothing in it vouches for the decision."""
    assert assay("publish").code == 0
    assert (
        "**Preview, unsigned:** this run's workflow comes from the change itself, so nobody vouches for this text."
        in body_of(actions)
    )
    assert "gh run download 11 --repo acme/loans --name assay-dossier --dir card && assay verify card/" in body_of(
        actions
    )
    follow(actions)
    assert assay("publish").code == 0
    assert "**Unsigned:** no key vouches for this decision." in body_of(actions)


def test_who_signed_which_digest_and_the_line_that_verifies_it(
    actions: Run, opened: Repository, assay: Assay, keys: Keys, tmp_path: Path
) -> None:
    sign(assay, keys)
    follow(actions)
    decision = Decision.model_validate_json((opened.dossier / "decision.json").read_bytes()).digest()
    bundle = digest((opened.dossier / "card.sigstore.json").read_bytes())
    trust = tmp_path / "trust.yaml"
    key = "".join(f"      {line}\n" for line in Path(keys.public).read_text().splitlines())
    trust.write_text(f"trust: 1\nkeys:\n  - name: ci-2026\n    key: |\n{key}")
    assert assay("publish", "--key", str(trust), "--artifact", "assay-signed").code == 0
    body = body_of(actions)
    signed = next(line for line in body.splitlines() if line.startswith("**Signed**"))
    assert signed.startswith("**Signed** by `ci-2026 ")
    assert "(`ecdsa-p256`)" in signed
    assert f"decision `{decision}` and its card" in signed
    assert f"The card's bundle is `{bundle}`." in signed
    assert "Preview" not in body
    fetched = "gh run download 11 --repo acme/loans --name assay-signed --dir card"
    assert f"{fetched} && assay verify --key public.pem card/small/validation\n" in body
    # The line works on what the artifact holds.
    shutil.copytree(opened.dossier, tmp_path / "card/small/validation")
    shutil.copy(keys.public, tmp_path / "public.pem")
    actions.monkeypatch.chdir(tmp_path)
    line = ("verify", "--key", "public.pem", "card/small/validation")
    assert assay(*line, "--engine", "regorus").code == 0


def test_a_signature_that_nobody_verified_is_not_called_one(
    actions: Run, opened: Repository, assay: Assay, keys: Keys
) -> None:
    sign(assay, keys)
    assert assay("publish").code == 0
    assert "**Signature not verified**, it names" in body_of(actions)
    assert "But this run's workflow comes from the change itself." in body_of(actions)


@pytest.mark.parametrize("attack", ["unsigned", "half", "other", "forged"])
def test_a_signature_that_does_not_match_publishes_nothing_as_decided(
    attack: str, actions: Run, opened: Repository, assay: Assay, keys: Keys, tmp_path: Path
) -> None:
    """D1: with a key given, only what that key signed is published as a decision."""
    if attack != "unsigned":
        sign(assay, keys)
    if attack == "half":
        (opened.dossier / "card.sigstore.json").unlink()
    if attack == "forged":
        card = opened.dossier / "card.sigstore.json"
        card.write_bytes(card.read_bytes().replace(b'"sig":"', b'"sig":"AAAA'))
    key = write_keys(tmp_path / "other", "ecdsa-p256") if attack == "other" else keys
    follow(actions)
    assert assay("publish", "--key", key.public).code == 3
    assert actions.states == [(CONTEXT, "error")]
    assert "Gate open" not in body_of(actions)
    assert "Signed" not in body_of(actions)
