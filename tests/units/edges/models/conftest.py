"""Small real models, trained once and saved in every format."""

from __future__ import annotations

import pytest
from tests.support.saved_models import Saved, read_models, save_models
from tests.support.shared_folders import make_once


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return read_models(make_once(tmp_path_factory, "models", save_models))
