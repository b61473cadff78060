"""Model formats: each knows one kind of model file; the model's own process loads it, nothing else does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

from assay.registry import Registry


class ModelFormat(Protocol):
    """A model format: a script of the standard library, which the model's process runs with the model's libraries.

    A format defines `load` or `load_estimator`.
    """

    SUFFIXES: tuple[str, ...]
    """The endings of its files, such as `.onnx`; none where the model is no file."""

    EXECUTES: str
    """The most that loading such a file can execute, as `inspect` calls it."""

    load: Callable[[dict[str, Any]], tuple[Callable[[Any], Any], list[Any]]] | None = None
    """From a job: a function of columns that answers scores, and the classes in the order of the scores."""

    load_estimator: Callable[[dict[str, Any]], Any] | None = None
    """From a job: an estimator as scikit-learn defines one, which the model's process asks for scores."""

    @abstractmethod
    def inspect(self, path: str) -> dict[str, Any]:
        """What loading would execute, found without loading: `executes`, `types`, `note`; raises ValueError."""
        ...


MODEL_FORMATS = Registry("assay.edges.models", ModelFormat)  # type: ignore[type-abstract]  # read, not made
