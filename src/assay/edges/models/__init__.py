"""Model formats: each handles one kind of model file; only the model's own process loads it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

from assay.edges.pickle_scan import PickleScan
from assay.registry import Registry


class ModelFormat(Protocol):
    """A model format: a script of the standard library that the model's process runs with the model's libraries.

    A format defines `load` or `load_estimator`.
    """

    SUFFIXES: tuple[str, ...]
    """The endings of its files, such as `.onnx`; none if the model is not a file."""

    FOLDER: bool = False
    """Whether such a model is a folder."""

    EXECUTES: str
    """The most that loading such a file can execute, in the words of `inspect`."""

    prepare: Callable[[dict[str, Any]], None] | None = None
    """Imports, from a job, the libraries that loading needs; what they take is not counted as the file's."""

    load: Callable[[dict[str, Any]], tuple[Callable[[Any], Any], list[Any]]] | None = None
    """Makes, from a job, a function from columns to scores, and the classes in the order of the scores."""

    load_estimator: Callable[[dict[str, Any]], Any] | None = None
    """Makes, from a job, a scikit-learn estimator, which the model's process asks for scores."""

    names: Callable[[str], tuple[str, ...]] | None = None
    """The columns that the model takes, read from the file without loading it; empty if the file does not name them."""

    NAMES_ARE_SURE: bool = False
    """Whether `names` are those that the model refuses rows without, not only a likely reading of the file."""

    IMPORTS_WHILE_LOADING: bool = False
    """Whether loading imports whatever the file names, so that only the limits on the whole process hold."""

    width: Callable[[str], int | None] | None = None
    """How many columns a model without names takes, read from the file without loading it; None if it does not say."""

    classes: Callable[[str], tuple[str | int | bool, ...]] | None = None
    """The classes of a classifier, read from the file without loading it; empty if the file does not say."""

    scan: Callable[[str], PickleScan] | None = None
    """Everything that loading a pickled file can ask for, read without loading it; raises OSError."""

    refused: Callable[[str], tuple[str, ...]] | None = None
    """The types in the file that loading refuses unless the manifest names them; empty if that cannot be found out."""

    @abstractmethod
    def inspect(self, path: str) -> dict[str, Any]:
        """What loading would execute, found without loading: `executes`, `types`, `note`; raises ValueError."""
        ...


MODEL_FORMATS = Registry("assay.edges.models", ModelFormat)  # type: ignore[type-abstract]  # read, not made
