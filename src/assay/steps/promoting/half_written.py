"""A push of which the remote took, or shows, only a part: what it took is taken back, and the cause is said."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from assay.edges.git_push import Update, list_remote, withdraw_refs
from assay.errors import EvaluationError
from assay.steps.promoting.chain_reading import SETTLING

# Said to whoever came second; then the refs are another's, and are not touched.
_RACE = re.compile(r"stale info|already exists|lock|failed to update|incorrect old value|fetch first|atomic")
_ADVICE = (
    "Let the remote take and show `refs/tags/*` and `refs/assay/*` alike: it hides or protects one of them "
    "(`receive.hideRefs`, `uploadpack.hideRefs`, `transfer.hideRefs`, or a rule for tags)."
)


def require_whole(root: Path, remote: str, updates: Sequence[Update], refused: str) -> None:
    """Raises EvaluationError if the remote refused some updates and took others, which Git does with hidden refs."""
    if "[remote rejected]" not in refused or _RACE.search(refused):
        return
    taken = _taken(list_remote(root, remote).refs, updates)
    for pause in SETTLING:
        if not 0 < len(taken) < len(updates):
            return
        time.sleep(pause)
        taken = _taken(list_remote(root, remote).refs, updates)
    if 0 < len(taken) < len(updates):
        _take_back(root, remote, taken, f"The remote `{remote}` took {_names(taken)} only: {refused}")


def require_shown(root: Path, remote: str, ledger: str, updates: Sequence[Update]) -> None:
    """Raises EvaluationError if the remote took a ledger and does not show it: nobody could read or continue it."""
    for pause in (*SETTLING, 0.0):
        if ledger in list_remote(root, remote).refs:
            return
        time.sleep(pause)
    _take_back(root, remote, updates, f"The remote `{remote}` took `{ledger}` but does not show it to anyone.")


def _take_back(root: Path, remote: str, taken: Sequence[Update], sentence: str) -> NoReturn:
    """Removes what the remote took, as long as it is still there; raises EvaluationError with what is left."""
    refused = withdraw_refs(root, remote, taken)
    if refused is None:
        raise EvaluationError(sentence, hint=f"Assay removed that again, so nothing is promoted. {_ADVICE}")
    by_hand = " ".join(f"{each.old or ''}:{each.ref}" for each in taken)
    raise EvaluationError(
        f"{sentence} It does not let Assay remove that again: {refused}",
        hint=f"Remove it with the right to do so: `git push --force {remote} {by_hand}`. {_ADVICE}",
    )


def _taken(refs: Mapping[str, str], updates: Sequence[Update]) -> list[Update]:
    return [each for each in updates if refs.get(each.ref) == each.new]


def _names(updates: Sequence[Update]) -> str:
    return ", ".join(f"`{each.ref}`" for each in updates)
