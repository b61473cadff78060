"""All reference pages by their path beneath `docs/reference`."""

from __future__ import annotations

from tests.manual.action_pages import action_pages
from tests.manual.check_pages import check_pages
from tests.manual.list_pages import list_pages
from tests.manual.manifest_pages import manifest_pages
from tests.manual.policy_pages import policy_pages
from tests.manual.sample_sizes import size_pages
from tests.manual.schema_pages import schema_pages
from tests.manual.verb_pages import verb_pages

FOLDER = "docs/reference"


def reference_pages() -> dict[str, str]:
    """Every page's text."""
    return dict(
        [
            *verb_pages(),
            *action_pages(),
            *manifest_pages(),
            *schema_pages(),
            *check_pages(),
            *policy_pages(),
            *list_pages(),
            *size_pages(),
        ]
    )
