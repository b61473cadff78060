"""A function that loads a pickle is found, whatever it calls the loader; one that only writes pickles is not."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import zipfile
import zlib
from pathlib import Path

import pytest

from assay.edges.code_pickles import find_pickles
from assay.edges.code_tree import find_code_tree

PICKLED = pickle.dumps({"a": 1})


def found(root: Path, files: dict[str, str | bytes]) -> tuple[str, ...]:
    for name, content in {"model.py": "def score(rows):\n    return rows\n", **files}.items():
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return find_pickles(find_code_tree(root))


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\nmodel = pickle.load(open('m', 'rb'))",
        "import pickle as p\n\ndef score(rows):\n    return p.loads(rows)",
        "from pickle import load as read\nread(1)",
        "from pickle import Unpickler\nclass Mine(Unpickler): pass",
        "import pickle\nread = pickle.load",
        "import joblib\njoblib.load('m')",
        "from joblib import load\nload('m')",
        "import joblib.numpy_pickle\njoblib.numpy_pickle.load('m')",
        "import pandas as pd\npd.read_pickle('m')",
        "import torch\ntorch.load('m')",
        "import cloudpickle, dill, shelve\nshelve.open('m')",
        "import numpy as np\nnp.load('m', allow_pickle=True)",
        "import numpy as np\nnp.load('m', None, True)",
        "import numpy as np\nnp.load('m', **options)",
        "import numpy as np\nread = np.load",
    ],
)
def test_calls_that_load_pickles(tmp_path: Path, source: str) -> None:
    assert any("model.py" in each and "on line" in each for each in found(tmp_path, {"model.py": source}))


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\npickle.dump(1, open('m', 'wb'))",
        "import json\njson.load(open('m'))",
        "import numpy as np\nnp.load('m')\nnp.load('m', allow_pickle=False)",
        "import yaml\nload = yaml.load",
        "from skops.io import load\nload('m.skops')",
        "not python at all",
    ],
)
def test_what_loads_no_pickle(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, {"model.py": source, "weights.json": "{}", "weights.bin": b"\x00\x01"}) == ()


@pytest.mark.parametrize("name", ["m.pkl", "weights.bin", "M.PT"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zlib.compress])
def test_pickled_files_by_content_and_name(tmp_path: Path, name: str, pack: object) -> None:
    assert callable(pack)
    assert found(tmp_path, {name: pack(PICKLED)}) == (f"`{name}` is a pickle",)


def test_an_archive_with_a_pickle(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "weights", "w") as archive:
        archive.writestr("archive/data.pkl", PICKLED)
    assert found(tmp_path, {}) == ("`weights` is a pickle",)
