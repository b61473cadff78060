"""Lines of the manifest on the model's file, and on the environment that it needs."""

from __future__ import annotations

from collections.abc import Iterable

from assay.commands.parts.found_model import FoundModel
from assay.commands.parts.repository_survey import Found
from assay.commands.parts.yaml_scalars import scalar


def artifact_lines(found: Found) -> Iterable[str]:
    """The model's file and its environment; as comments where a person must decide."""
    model = found.model
    if model is None and found.answers:
        named = ", ".join(f"{name}: {scalar(path)}" for name, path in found.answers.items())
        yield f"  artifact: {{format: predictions, predictions: {{{named}}}}}"
        yield "  # ← the model's own file lets Assay ask it about changed rows, which `behaviour` needs"
    elif model is None:
        yield "  # artifact: {path: model/model.skops, format: skops}   # ← no model file was found"
    elif model.path is None:
        yield f"  artifact: {{format: {model.format}, callable: '{model.function}'}}"
        yield "  # ← it must take a DataFrame of features and return a score for each row"
    elif model.format == "mlflow":
        yield from _mlflow(model.path)
    elif model.digest is not None:
        yield from _pickle(model.path, model.format, model.digest, model.doubted)
    elif not model.trusted and not model.doubted:
        yield f"  artifact: {{path: {scalar(model.path)}, format: {model.format}}}"
    else:
        yield from ("  artifact:", f"    path: {scalar(model.path)}", f"    format: {model.format}")
        yield from _types(model.trusted, model.doubted)
    if model is not None:
        yield from _environment(model)


def _mlflow(path: str) -> Iterable[str]:
    """A folder whose loading can run anything."""
    yield from ("  artifact:", f"    path: {scalar(path)}", "    format: mlflow")
    yield "    # ← Loading an MLflow folder can execute any code, so Assay refuses it unless you add `trust: pickle`."
    yield "    #   At validation and deployment the policy artifact/safe_format stays closed for it; a model in a"
    yield "    #   format that executes nothing, such as skops, ONNX or its library's own, needs none of this."


def _environment(model: FoundModel) -> Iterable[str]:
    """The environment that MLflow wrote down: needed where MLflow loads the model, else for its versions only."""
    if model.requirements is not None:
        line = f"environment: {{requirements: {scalar(model.requirements)}}}"
        needed = model.format == "mlflow"
        yield f"  {line}" if needed else f"  # {line}   # ← the versions that the model was saved with"
    elif model.format in ("catboost", "mlflow"):
        yield "  # environment: {requirements: …}   # ← a file that pins the model's libraries, which no extra brings"


def _pickle(path: str, form: str, digest: str, doubted: Iterable[str]) -> Iterable[str]:
    """A file whose loading can run anything: its digest, and what only people can decide on."""
    yield from ("  artifact:", f"    path: {scalar(path)}", f"    format: {form}", f"    digest: {digest}")
    yield "    # ← Loading this format can execute any code, so Assay refuses it unless you add `trust: pickle`. At"
    yield "    #   validation and deployment, two people must then approve the file (policy artifact/reviewed_pickle);"
    yield "    #   a skops or ONNX file needs none of this."
    named = tuple(doubted)
    if named:
        yield "    # trusted_types: []    # ← names that the file asks for and Assay does not know:"
        yield from (f"    #   {each}: read its code, then list it, or save the model without it" for each in named)


def _types(trusted: Iterable[str], doubted: Iterable[str]) -> Iterable[str]:
    """The types that loading must be allowed: those of the usual libraries, and as comments those to be decided on."""
    named = ", ".join(map(scalar, trusted))
    yield f"    trusted_types: [{named}]"
    yield from (f"    # ← {each}: not of scikit-learn, NumPy or SciPy; read its code, then list it" for each in doubted)
