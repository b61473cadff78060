"""No shipped policy repeats what another says: what two of them share is a rule of the library."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regorus

from assay.edges.rego.bundle import Bundle, PolicyFile, read_bundle

NUMBERS = {"eidx", "sidx", "qidx"}
LIBRARY = "data.lib."


def is_place(node: Any) -> bool:
    return isinstance(node, dict) and "line" in node and "col" in node


def plain(node: Any, names: dict[str, str]) -> Any:
    """What a node of a syntax tree says wherever it stands, with each reference as one path."""
    if isinstance(node, list):
        return [plain(item, names) for item in node if not is_place(item)]
    if not isinstance(node, dict):
        return node
    if "Var" in node:
        return names.get(node["Var"]["value"], node["Var"]["value"])
    if "RefDot" in node:
        return f"{plain(node['RefDot']['refr'], names)}.{node['RefDot']['field'][1]}"
    return {key: plain(item, names) for key, item in node.items() if key not in NUMBERS and not is_place(item)}


def leaves(node: Any) -> Iterator[Any]:
    """The references, words and numbers in what `plain` gives."""
    if isinstance(node, (dict, list)):
        for item in node.values() if isinstance(node, dict) else node:
            yield from leaves(item)
    elif node is not None and node is not False:
        yield node


def bodies(file: PolicyFile) -> Iterator[str]:
    """What each rule of a file says, whatever it is called; not what only refers to the library."""
    engine = regorus.Engine()
    engine.add_policy(file.path, file.content.decode())
    (module,) = json.loads(engine.get_ast_as_json())
    rules = [rule["Spec"] for rule in module["ast"]["rules"]]
    heads = [next(iter(rule["head"].values())) for rule in rules]
    own = [plain(head["refr"], {}) for head in heads]
    names = {name: ".".join(["data", *file.package, name]) for name in own}
    for imported in module["ast"]["imports"]:
        path = plain(imported["refr"], {})
        names[path.rpartition(".")[2]] = path
    for rule, head in zip(rules, heads, strict=True):
        value = (head.get("assign") or {}).get("value")
        said = plain([*([value] if value else []), *(body["query"]["stmts"] for body in rule["bodies"])], names)
        if not all(str(leaf).startswith(LIBRARY) for leaf in leaves(said)):
            yield json.dumps(said, sort_keys=True)


def repeated(bundle: Bundle) -> set[tuple[str, str]]:
    """The pairs of policies that say the same in a rule."""
    said = {"/".join(file.package): set(bodies(file)) for file in bundle.modules}
    return {(one, other) for one, other in itertools.combinations(sorted(said), 2) if said[one] & said[other]}


def test_no_policy_repeats_another(project: Path) -> None:
    assert repeated(read_bundle([project / "policies"])) == set()


TWIN = "proven if {\n\tcount(input.bars) > 0\n\tevery bar in input.bars {\n\t\tbars.cleared(bar)\n\t}\n}\n"
SHARED = "proven if bars.all_cleared\n\nrefuted if bars.any_missed\n\noffenders := bars.uncleared\n"


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (TWIN, TWIN, True),
        (TWIN, TWIN.replace("proven if {", "sound if { # of its own").replace("\n\t", "\n\n\t  "), True),
        ("offenders := input.stage", "named := input.stage", True),
        (SHARED, TWIN, False),
        (SHARED, SHARED, False),
        ("proven if input.facts.quality.a == 1", "proven if input.facts.quality.a == 2", False),
        ("proven if sound\n\nsound if input.a\n", "refuted if sound\n\nsound if input.b\n", False),
    ],
)
def test_what_is_repeated_is_found(
    one: str, other: str, found: bool, bundle_of: Callable[[dict[str, str]], Bundle]
) -> None:
    policies = {"house/one": f"import data.lib.bars\n\n{one}", "house/other": f"import data.lib.bars\n\n{other}"}
    assert repeated(bundle_of(policies)) == ({("house/one", "house/other")} if found else set())
