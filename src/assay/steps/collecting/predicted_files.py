"""The files of predictions, held against their page."""

from __future__ import annotations

from collections.abc import Mapping

from assay.dossier.pages import Predictions
from assay.edges.data_files import find_source
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.tables.addressing import Table
from assay.tables.source import Source


def read_predictions(dossier: DossierFolder, predictions: Predictions) -> Mapping[Table, Source]:
    """The files of predictions by table; raises PageError for a file that differs from its page."""
    from assay.tables.score_lines import file_digests

    folder = dossier.path("predictions")
    sources = [find_source(folder, each.file) for each in predictions.sets]
    for each, found in zip(predictions.sets, file_digests(sources), strict=True):
        if found != each.digest:
            raise PageError(f"predictions/{each.file} was changed after predictions.json was written.")
    return {Table(each.set, each.recipe): source for each, source in zip(predictions.sets, sources, strict=True)}
