"""Interpreters for models: Assay's own, a named one, one built from requirements, and one with other libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from tests.support.wheels import WHEEL, offer_wheels, sha256_of

from assay import DISTRIBUTION
from assay.canonical import digest
from assay.edges.code_tree import find_code_tree
from assay.edges.environments import SEEDED, built_interpreter, cache_folder, named_interpreter, own_interpreter
from assay.edges.model_job import FeatureTable
from assay.edges.model_run import ModelRun, run_model
from assay.errors import ModelError

HERE = ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "assay" / "environments"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that serves as this machine's package index, with one tiny package in it."""
    return offer_wheels(tmp_path / "wheels", monkeypatch)


def test_the_own_interpreter() -> None:
    own = own_interpreter(Path("/nowhere"))
    assert (own.path, own.version, own.environment.origin) == (Path(sys.executable), HERE, "assay")
    named = {each.name: each.version for each in own.environment.distributions}
    assert (named["numpy"], DISTRIBUTION in named) == (version("numpy"), False)


def test_a_named_interpreter_is_run_once_and_its_links_are_kept(tmp_path: Path) -> None:
    """A virtual environment is found by the path of its interpreter, which is a link: it must not be resolved."""
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").symlink_to(sys.executable)
    named = named_interpreter(tmp_path, "env/bin/python")
    assert (named.path, named.version) == (tmp_path / "env" / "bin" / "python", HERE)
    assert (named.environment.origin, named.environment.python) == ("python", HERE.rpartition(".")[0])
    assert named_interpreter(tmp_path, sys.executable).path == Path(sys.executable)


def test_what_is_no_interpreter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="`bin/python` does not exist or is not a program"):
        named_interpreter(tmp_path, "bin/python")
    wrong = {"#!/bin/sh\nexit 9\n": "does not run", "#!/nothing\n": "No such file", "\x00": "does not run"}
    for content, sentence in wrong.items():
        (tmp_path / "python").write_text(content)
        (tmp_path / "python").chmod(0o755)
        with pytest.raises(ModelError, match=sentence):
            named_interpreter(tmp_path, "python")


@pytest.mark.parametrize("with_uv", [True, False])
def test_an_environment_is_built_once(
    with_uv: bool, tmp_path: Path, cache: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not with_uv:
        (tmp_path / "empty").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    requirements = f"tinything==1.0 --hash=sha256:{sha256_of(wheels / WHEEL)}  # tiny\n".encode()
    built = built_interpreter(requirements, "requirements.txt")
    assert built.path.parent.parent.parent == cache_folder() == cache
    said = subprocess.check_output([built.path, "-c", "import tinything; print(tinything.SCORE)"])
    assert said == b"0.5\n"
    before = built.path.lstat().st_mtime_ns
    assert built_interpreter(requirements, "requirements.txt") == built
    assert built.path.lstat().st_mtime_ns == before
    assert [path.name for path in cache.iterdir()] == [built.path.parent.parent.name]
    code = tmp_path / "code"
    code.mkdir()
    (code / "scoring.py").write_text("import tinything\ndef score(frame):\n    return [tinything.SCORE] * 2\n")
    run = ModelRun(
        format="python",
        callable="scoring:score",
        code=find_code_tree(code),
        interpreter=built.path,
        task="regression",
        isolation="process",
    )
    assert run_model(run, [FeatureTable(name="t", columns={"a": np.zeros(2)})]).scores[0].tolist() == [[0.5], [0.5]]


def test_what_was_changed_in_the_cache_is_not_used(cache: Path, wheels: Path) -> None:
    """T-environment: somebody installs another version, or one more distribution, into an environment that was built before."""
    requirements = f"tinything==1.0 --hash=sha256:{sha256_of(wheels / WHEEL)}\n".encode()
    built = built_interpreter(requirements, "requirements.txt")
    assert [str(each.name) for each in built.environment.distributions if each.name not in SEEDED] == ["tinything"]
    assert built.environment.requirements == digest(requirements)
    libraries = next(built.path.parent.parent.glob("lib/python*/site-packages"))
    about = (libraries / "tinything-1.0.dist-info" / "METADATA").read_text()
    (libraries / "tinything-1.0.dist-info" / "METADATA").write_text(about.replace("Version: 1.0", "Version: 1.0.post1"))
    with pytest.raises(ModelError, match=r"is not what the file pins: tinything==1.0 .* is 1.0.post1"):
        built_interpreter(requirements, "requirements.txt")
    (libraries / "tinything-1.0.dist-info" / "METADATA").write_text(about)
    (libraries / "more-2.dist-info").mkdir()
    (libraries / "more-2.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: more\nVersion: 2\n")
    with pytest.raises(ModelError, match="is not what the file pins: more is there"):
        built_interpreter(requirements, "requirements.txt")


def test_an_environment_that_cannot_be_built_leaves_nothing(cache: Path, wheels: Path) -> None:
    with pytest.raises(ModelError, match=r"`requirements.txt` could not be built: .*no-such-thing"):
        built_interpreter(b"no-such-thing==1.0\n", "requirements.txt")
    assert list(cache.iterdir()) == []


def test_f6_nothing_is_built_from_source(cache: Path, wheels: Path, tmp_path: Path) -> None:
    """F-6: a source distribution would run its own code while it is installed, so only wheels are."""
    (wheels / "evil-1.0.tar.gz").write_bytes(b"")
    with pytest.raises(ModelError, match="could not be built"):
        built_interpreter(b"evil==1.0\n", "requirements.txt")


@pytest.mark.parametrize("with_uv", [True, False])
def test_g8_another_wheel_of_that_version_is_not_installed(
    with_uv: bool, cache: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8, G9: the index has other bytes under the pinned version; its twin is the environment that is built above."""
    if not with_uv:
        (tmp_path / "empty").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(ModelError, match=r"a file with another hash than `requirements.txt` names: "):
        built_interpreter(f"tinything==1.0 --hash=sha256:{'0' * 64}\n".encode(), "requirements.txt")
    assert list(cache.iterdir()) == []


def test_g9_the_machine_decides_where_packages_are_not_which(
    cache: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G9: variables that change what is installed do not reach the installer."""
    for name in ("UV_OVERRIDE", "UV_CONSTRAINT", "PIP_CONSTRAINT", "PIP_REQUIREMENT"):
        monkeypatch.setenv(name, "/nowhere/at/all")
    assert built_interpreter(b"tinything==1.0\n", "requirements.txt").path.exists()
    with pytest.raises(ModelError, match=r"requirements.txt:1: .* is an option"):
        built_interpreter(b"--pre\n", "requirements.txt")


def test_an_unwritable_cache_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match="No environment can be stored in"):
        built_interpreter(b"tinything==1.0", "requirements.txt")


TRAIN = """
import sys, numpy, pandas, sklearn, skops.io, json
from sklearn.linear_model import LogisticRegression
frame = pandas.DataFrame({"a": numpy.arange(40.0), "b": numpy.arange(40) % 7})
model = LogisticRegression(max_iter=1000).fit(frame, frame.b > 3)
skops.io.dump(model, sys.argv[1])
print(json.dumps([sklearn.__version__, model.predict_proba(frame)[:, 1].tolist()]))
"""


def test_a_model_of_another_scikit_learn_is_scored_by_its_own(tmp_path: Path) -> None:
    second = os.environ.get("ASSAY_TEST_SECOND_PYTHON")
    if second is None:
        assert os.environ.get("ASSAY_TEST_REQUIRE_SECOND_PYTHON") != "1", "ASSAY_TEST_SECOND_PYTHON is not set"
        pytest.skip("ASSAY_TEST_SECOND_PYTHON names no interpreter with another scikit-learn")
    interpreter = named_interpreter(tmp_path, second)
    model = tmp_path / "model.skops"
    done = subprocess.run([interpreter.path, "-c", TRAIN, model], capture_output=True, check=True, cwd=tmp_path)
    saved_with, expected = json.loads(done.stdout)
    assert saved_with != version("scikit-learn")
    run = ModelRun(
        format="skops", artifact=model, interpreter=interpreter.path, task="binary-classification", positive=True
    )
    table = FeatureTable(name="t", columns={"a": np.arange(40.0), "b": np.arange(40) % 7})
    answers = run_model(run, [table])
    assert answers.classes == (False, True)
    assert answers.scores[0][:, 0].tolist() == expected
