"""What Rego sees is the same, whether many inputs share their parts or each is written by itself."""

import pytest
from tests.support import sample_dossiers

from assay.dossier.page_set import Dossier
from assay.rulings.outcome_table import policy_input


@pytest.mark.parametrize("pages", [sample_dossiers.closed(), sample_dossiers.opened()])
def test_a_document_is_the_input_as_json_and_shares_the_facts_of_the_pages(pages: Dossier) -> None:
    evidence = {each.check: each.facts for each in pages.evidence.measurements}
    seen = 0
    for policy in pages.plan.policies:
        asked = policy_input(pages.plan, pages.evidence, pages.manifest, policy)
        document = asked.document()
        assert document == asked.model_dump(mode="json", exclude_none=True)
        assert asked.emptied().document() == asked.emptied().model_dump(mode="json", exclude_none=True)
        assert document["manifest"] is pages.manifest.manifest
        assert all(facts is evidence[check] for check, facts in document["facts"].items())
        seen += len(document["facts"])
    assert seen
