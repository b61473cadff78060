"""Whether each scored data set has the columns that the model takes, as the manifest and the model's file say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from assay.dossier.check_context import CheckContext
from assay.edges.model_formats import load_format
from assay.edges.models import MODEL_FORMATS
from assay.errors import Problem
from assay.manifest.block_parts import Class
from assay.manifest.document import Manifest
from assay.manifest.parsing import nearest_name
from assay.manifest.yaml_strict import Document

SHOWN = 10
_FEATURES = ("data", "features")


def stated_classes(root: Path, manifest: Manifest) -> tuple[Class, ...]:
    """The classes that the model's file names, read without loading it; empty if it names none."""
    artifact = manifest.model.artifact
    if artifact is None or artifact.path is None or artifact.format not in MODEL_FORMATS.names():
        return ()
    classes = load_format(artifact.format).classes
    return tuple(classes(str(root / artifact.path))) if classes is not None else ()


def stated_names(root: Path, manifest: Manifest) -> tuple[tuple[str, ...], bool]:
    """The columns that the model's file says it takes, and whether it certainly refuses rows without them."""
    artifact = manifest.model.artifact
    if artifact is None or artifact.path is None or artifact.format not in MODEL_FORMATS.names():
        return (), False
    described = load_format(artifact.format)
    if described.names is None:
        return (), False
    return described.names(str(root / artifact.path)), described.NAMES_ARE_SURE


def stated_width(root: Path, manifest: Manifest) -> int | None:
    """How many columns the model's file says it takes, where it does not name them."""
    artifact = manifest.model.artifact
    if artifact is None or artifact.path is None or artifact.format not in MODEL_FORMATS.names():
        return None
    width = load_format(artifact.format).width
    return width(str(root / artifact.path)) if width is not None else None


def another_width(context: CheckContext, width: int | None) -> Iterable[str]:
    """Why a model that takes so many columns cannot be given the features, in a sentence with the line to write."""
    given = context.features
    if width is None or not given or width == len(given):
        return
    shown = ", ".join(given[:SHOWN]) + (" …" if len(given) > SHOWN else "")
    kept = [each for each in context.sensitive if each not in given]
    but = f" Sensitive columns ({', '.join(kept)}) are features only if it names them." if kept else ""
    yield (
        f"the model's file says that it takes {width:,} columns, which it does not name, but there are {len(given):,} "
        f"features: {shown}. Write `features: […]` with the columns of its training, in their order.{but}"
    )


def feature_problems(
    context: CheckContext, wanted: Sequence[str], scored: Collection[str], document: Document
) -> Iterable[Problem]:
    """The columns that the model takes, and some scored data set lacks although another has them."""
    every = {column for columns in context.columns.values() for column in columns}
    for name in sorted(scored):
        columns = context.columns.get(name, {})
        for index, feature in enumerate(wanted if columns else ()):
            if feature not in columns and feature in every:
                message = f"the data set `{name}` has no column `{feature}`, which the model takes; add it to the file."
                yield document.problem((*_FEATURES, index), message, nearest=nearest_name(feature, columns))


def mismatches(context: CheckContext, names: Collection[str], declared: bool) -> Iterable[str]:  # noqa: FBT001
    """Columns that the model takes and the manifest does not give it, each in a sentence with the line to write."""
    given = {spelling: each for each in context.features for spelling in (each, each.replace(" ", "_"))}
    known = {column for columns in context.columns.values() for column in columns}
    missing = [name for name in names if name not in given]
    if not missing:
        return
    listed = ", ".join(f"`{name}`" for name in missing[:SHOWN])
    more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
    absent = [name for name in missing if name not in known and name.replace("_", " ") not in known]
    if absent:
        near = nearest_name(absent[0], [each for each in known if each not in names])
        meant = f" Is `{near}` in the data what the model calls `{absent[0]}`? Rename it." if near else ""
        why = f"no data set has {'`' + absent[0] + '`' if len(absent) < len(missing) else 'them'}.{meant}"
    elif declared:
        why = f"`features` does not name them; add {listed}{more} to it."
    else:
        why = f"they are no features by default; write `features: [{', '.join(names)}]`."
    yield f"the model's file says that it takes {listed}{more}, but {why}"
