"""What the fixture of saved models hands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.edges.model_job import FeatureTable


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A folder of saved models, the features they were trained on, and what they answer."""

    folder: Path
    table: FeatureTable
    binary: np.ndarray[Any, Any]
    several: np.ndarray[Any, Any]
    number: np.ndarray[Any, Any]
