"""Refusals of names that a policy must not use: network, randomness, the clock, and other policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assay.edges.rego.tokens import Token, is_field, read_reference, read_tokens
from assay.errors import PolicyError

FORBIDDEN_BUILTINS = ("http.", "opa.", "net.", "rand.", "uuid.", "rego.", "io.", "providers.", "time.now_ns")
"""Builtins, or prefixes of their names, that no policy may call."""

LIBRARY = "lib"
OUTCOME_NAMES = ("proven", "refuted", "offenders", "reasons", "deny", "violation", "warn")
"""Names that only rules may define; data with such a name would be an answer without a rule."""

MOST_NESTED = 12
"""The deepest nesting of brackets; each level doubles the seconds that the embedded engine's parser takes."""

_ROOTS = frozenset(name[:-1] for name in FORBIDDEN_BUILTINS if name.endswith("."))
_HINT = "A policy may use its input, its own data and the library, so that it gives the same answer everywhere."


def refuse_forbidden(path: str, source: str, package: tuple[str, ...]) -> None:
    """Raises PolicyError with file and line unless a text has the package `package` and mentions nothing forbidden."""
    tokens = list(read_tokens(source))
    _refuse_other_package(path, tokens, package)
    _refuse_deep(path, tokens)
    allowed: set[tuple[str, ...]] = {("data", LIBRARY)}
    if package[0] != LIBRARY:
        allowed.add(("data", *package))
    for index in range(2 * len(package), len(tokens)):
        found = _forbidden(tokens, index, allowed)
        if found:
            raise PolicyError(f"{path}:{tokens[index].line}: {found}", hint=_HINT)


def refuse_data_keys(path: str, keys: Iterable[str], source: str) -> None:
    """Raises PolicyError if a key of a policy's data is also the name of a rule or of an outcome.

    Engines merge data and rules under one path, so such a key would replace a rule (F7).
    """
    tokens = list(read_tokens(source))
    names = {token.text for index, token in enumerate(tokens) if token.kind == "name" and not is_field(tokens, index)}
    for key in keys:
        if key in OUTCOME_NAMES or key in names:
            raise PolicyError(
                f"{path}: the key `{key}` has the name of a rule, so it would replace the rule.",
                hint="Rename the key, and use its full path: data.<family>.<policy>.<key>.",
            )


def _refuse_other_package(path: str, tokens: Sequence[Token], package: tuple[str, ...]) -> None:
    expected = ".".join(package)
    starts = [index for index, token in enumerate(tokens) if token.text == "package" and not is_field(tokens, index)]
    if starts[:1] != [0] or len(tokens) == 1:
        line = tokens[0].line if tokens else 1
        raise PolicyError(f"{path}:{line}: the file must begin with `package {expected}`.")
    end = 2 * len(package)
    bracketed = len(tokens) > end and tokens[end].text in (".", "[")
    if read_reference(tokens, 1) != package or bracketed or len(starts) > 1:
        line = tokens[starts[-1]].line
        raise PolicyError(f"{path}:{line}: the package must be `{expected}`, like the file's path.")


def _refuse_deep(path: str, tokens: Sequence[Token]) -> None:
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "[{") - (token.text in "]}")
        if depth > MOST_NESTED:
            raise PolicyError(
                f"{path}:{token.line}: brackets are nested more than {MOST_NESTED} deep.",
                hint="Give an inner part a name: a rule of its own.",
            )


def _forbidden(tokens: Sequence[Token], index: int, allowed: set[tuple[str, ...]]) -> str | None:
    """Why the word at an index is refused; None if it is allowed."""
    token = tokens[index]
    if token.text == "$":
        return "not every engine supports template strings (`$`); use sprintf."
    if token.kind != "name" or is_field(tokens, index):
        return None
    reference = read_reference(tokens, index)
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if token.text == "data":
        return None if any(reference[: len(root)] == root for root in allowed) else _names_allowed(allowed)
    if token.text in _ROOTS and following in (".", "["):
        imported = reference == ("rego", "v1") and index > 0 and tokens[index - 1].text == "import"
        return None if imported else f"`{_shown(reference, following)}` is forbidden."
    if token.text == "time" and (following == "[" or reference[1:2] == ("now_ns",)):
        return "`time.now_ns` is forbidden; `input.as_of` is the date of the decision."
    return None


def _shown(reference: tuple[str, ...], following: str) -> str:
    return ".".join(reference[:2]) if following == "." else f"{reference[0]}[…]"


def _names_allowed(allowed: set[tuple[str, ...]]) -> str:
    roots: Iterator[str] = (f"`{'.'.join(root)}`" for root in sorted(allowed))
    return f"only {' and '.join(roots)} may be read here, written with dots."
