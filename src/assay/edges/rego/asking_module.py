"""The Rego module that asks: all policies that see the same, under one `with`, and their documents by policy."""

from __future__ import annotations

import json

from assay.edges.rego.shared_inputs import Group, Shape, SharedInputs

PACKAGE = "Asking"
"""The package of the module. No policy can have this name, since families have small letters."""


def documents(shared: SharedInputs) -> str:
    """The module that has a set for each group: its pairs of policy and document, none for a policy without one."""
    return "\n".join([f"package {PACKAGE}", *(_documents(number, group) for number, group in enumerate(shared.groups))])


def query(number: int) -> str:
    """The query for the documents of a group."""
    return f"data.{PACKAGE}.documents_{number}"


def answers(shared: SharedInputs) -> str:
    """The module with also `answers`: the documents of each group by its number, from the values in `input.values`.

    The values are bound in a module because OPA loses them in the text of a query: a comprehension there sees no value
    of its input under `with`.
    """
    asked = (
        f'answers["{number}"] := found if found := documents_{number} with input as {_written(group.shape)}'
        for number, group in enumerate(shared.groups)
    )
    return "\n".join([documents(shared), *asked])


def _documents(number: int, group: Group) -> str:
    named = ((json.dumps(policy), policy.replace("/", ".")) for policy in group.queries)
    return "\n".join(f"documents_{number} contains [{text}, data.{path}]" for text, path in named)


def _written(shape: Shape | dict[str, int]) -> str:
    """An input in Rego."""
    fields = (
        f"{json.dumps(name)}: {f'input.values[{value}]' if isinstance(value, int) else _written(value)}"
        for name, value in shape.items()
    )
    return "{" + ", ".join(fields) + "}"
