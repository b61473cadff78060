"""The sections of a card, as plain text that renderers must make harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Card, CardNumber
from assay.dossier.plan_parts import PlannedInput
from assay.errors import PageError
from assay.render.wording.number_text import count

_ACRONYMS = {
    "roc": "ROC",
    "auc": "AUC",
    "tpr": "TPR",
    "fpr": "FPR",
    "fnr": "FNR",
    "tnr": "TNR",
    "psi": "PSI",
    "ks": "KS",
}
_ACRONYMS |= {"id": "id", "mae": "MAE", "rmse": "RMSE", "mse": "MSE", "r2": "R²", "f1": "F1"}


@dataclass(frozen=True, kw_only=True)
class DataRow:
    """A data set in words; its name is its role."""

    name: str
    path: str
    rows: str
    columns: str
    digest: str


def need_card(pages: Dossier) -> Card:
    """The dossier's card; raises PageError if it has none."""
    if pages.card is None:
        raise PageError("The dossier has no card yet, so there is nothing to show.", hint="Run `assay card` first.")
    return pages.card


def model_name(card: Card) -> str:
    """The model's name."""
    return str(card.model.get("name") or card.title)


def purpose(model: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the model is for: headings with their lines; the risk tier says if it is not stated."""
    success = _mapping(model.get("success"))
    return (
        ("Intended use", _lines(model.get("intended_use"))),
        ("Out of scope", _lines(model.get("out_of_scope"))),
        ("Owner", _lines(model.get("owner"))),
        ("Risk tier", _lines(model.get("risk")) or ("not stated, judged as high",)),
        ("Task", _lines(model.get("task"))),
        ("Success criteria", tuple(f"{_in_words(key)}: {value}" for key, value in success.items())),
    )


def considerations(model: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Ethical considerations, each with its mitigation or an empty text."""
    listed = model.get("ethical_considerations") or ()
    pairs = [_mapping(each) for each in listed] if isinstance(listed, Sequence) and not isinstance(listed, str) else []
    return tuple((str(pair["name"]), str(pair.get("mitigation") or "")) for pair in pairs if pair.get("name"))


def data_rows(pages: Dossier) -> tuple[DataRow, ...]:
    """The card's data sets; their rows are known if the model answered for the unchanged set."""
    card = need_card(pages)
    sets = pages.predictions.sets if pages.predictions is not None else ()
    rows = {each.set: count(each.rows) for each in sets if each.recipe is None}
    return tuple(
        DataRow(
            name=each.name,
            path=each.path,
            rows=rows.get(each.name) or _counted_rows(card, each),
            columns="–" if each.columns is None else count(len(each.columns)),
            digest=each.digest,
        )
        for each in card.data
    )


def nobody_concerned(pages: Dossier) -> str | None:
    """Why no row is about a person, if the manifest says so."""
    data = _mapping(pages.manifest.manifest.get("data")) if pages.manifest is not None else {}
    stated = _mapping(data.get("sensitive")).get("none")
    return None if stated is None else str(stated)


def column_roles(pages: Dossier) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The columns of each role in the manifest."""
    data = _mapping(pages.manifest.manifest.get("data")) if pages.manifest is not None else {}
    stated = nobody_concerned(pages)
    sensitive = (f"none: {stated}",) if stated is not None else _lines(data.get("sensitive"))
    roles = [*((role, _lines(data.get(role))) for role in ("label", "id", "time")), ("sensitive", sensitive)]
    return tuple((role, columns) for role, columns in roles if columns)


def number_groups(numbers: Iterable[CardNumber]) -> tuple[tuple[str, tuple[tuple[str, CardNumber], ...]], ...]:
    """Numbers grouped by the common part of their names: `holdout · black · gaps` over the names of the gaps."""
    named = [(_parts(number), number) for number in numbers]
    return tuple(
        (" · ".join(common), tuple((parts[-1], number) for parts, number in group))
        for common, group in groupby(named, key=lambda each: each[0][:-1])
    )


def number_name(number: CardNumber) -> str:
    """A number's full name, its pointer in words: `holdout · ROC AUC`."""
    return " · ".join(_parts(number))


def _parts(number: CardNumber) -> list[str]:
    parts = [_in_words(part.replace("~1", "/").replace("~0", "~")) for part in number.fact.split("/")[1:]]
    return (parts[1:] if len(parts) > 1 and parts[0] == "sets" else parts) or [number.fact]


def digests(pages: Dossier) -> tuple[tuple[str, str], ...]:
    """The digests that a verifier may need: pages, the policy bundle, and each input."""
    card = need_card(pages)
    listed = [(f"{page.name}.json", page.digest()) for page in pages.written()]
    if pages.decision is None:
        listed.append(("decision.json", card.decision))
    if pages.plan is not None:
        listed.append(("policies", pages.plan.bundle_digest))
    return tuple(listed + [(each.path, each.digest) for each in (*card.inputs, *card.data)])


def commands(pages: Dossier) -> tuple[tuple[str, str], ...]:
    """How to verify: the purpose of each command, and the command."""
    card = need_card(pages)
    name = model_name(card)
    return (
        ("Verify every digest and judge the stored evidence again", f"assay verify .assay/{name}/{card.stage}"),
        (
            "Measure and judge again from the start; the decision must be the same",
            f"assay check --stage {card.stage} --as-of {card.as_of} --expect {card.decision}",
        ),
    )


def _counted_rows(card: Card, data: PlannedInput) -> str:
    """The rows of a set that a check counted: an exact number named `rows` under the set's name."""
    for number in card.numbers:
        exact = number.measure.kind == "estimate" and number.measure.low == number.measure.high
        if number.fact.endswith(f"/{data.name}/rows") and number.measure.kind == "estimate" and exact:
            return count(int(number.measure.value))
    return "–"


def _in_words(name: str) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))


def _lines(found: Any) -> tuple[str, ...]:
    if isinstance(found, (list, tuple)):
        return tuple(str(each) for each in found)
    return () if found is None or found == "" else (str(found),)


def _mapping(found: Any) -> dict[str, Any]:
    return {str(key): value for key, value in found.items()} if isinstance(found, Mapping) else {}
