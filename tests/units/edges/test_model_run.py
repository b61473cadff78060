"""Running models: a zoo of hostile ones, each beside a benign twin, and every refusal before and after the run."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.git import git
from tests.support.shutting_in import level_of, shut_in_level_of

from assay.edges.code_tree import find_code_tree
from assay.edges.isolation import ProcessLimits
from assay.edges.isolation_levels import Request
from assay.edges.model_job import FeatureTable, copy_model, digest_model
from assay.edges.model_run import ModelAnswers, ModelRun, inspect_model, run_model
from assay.errors import ModelError

BARE = next(one for one in (Path(sys.base_prefix, "bin", "python3"), Path(sys.executable)) if one.exists())
"""An interpreter without pandas where there is one: quick to start."""
TABLE = FeatureTable(
    name="holdout",
    columns={
        "a": np.array([0.25, 0.5, np.nan]),
        "b": np.array([1, 2, 3]),
        "c": np.array([True, False, True]),
        "d": np.array(["x", None, "ü\n"], dtype=object),
    },
)
BENIGN = "def score(frame):\n    return [0.25 * value for value in frame['b']]\n"


def ask(folder: Path, source: str, *, level: Request = "process", **more: Any) -> ModelAnswers:
    code = folder / "repository"
    code.mkdir(exist_ok=True)
    (code / "scoring.py").write_text(source)
    limits = ProcessLimits(**{"seconds": 10, **more.pop("limits", {})})
    tables = more.pop("tables", [TABLE])
    tree = find_code_tree(code, more.pop("named", None))
    run = {"format": "python", "callable": "scoring:score", "code": tree, "interpreter": BARE, "limits": limits}
    return run_model(ModelRun(**{**run, "task": "binary-classification", "isolation": level, **more}), tables)


@level_of
def test_a_benign_function(level: Request, tmp_path: Path) -> None:
    answers = ask(tmp_path, BENIGN, level=level)
    assert answers.scores[0].tolist() == [[0.25], [0.5], [0.75]]
    assert (answers.classes, answers.isolation.level) == ((1,), level)
    assert 0 < answers.seconds < 10


def test_the_columns_arrive_as_they_were(tmp_path: Path) -> None:
    source = (
        "def score(frame):\n"
        "    assert [repr(v) for v in frame['a']] == ['0.25', '0.5', 'nan'], frame\n"
        "    assert (frame['b'], frame['c']) == ([1, 2, 3], [True, False, True]), frame\n"
        "    assert frame['d'] == ['x', None, 'ü\\n'], frame\n"
        "    return [0, 1, 0]\n"
    )
    assert ask(tmp_path, source).scores[0].tolist() == [[0.0], [1.0], [0.0]]


def test_a_function_is_given_a_data_frame_where_there_is_pandas(tmp_path: Path) -> None:
    source = (
        "import pandas\n"
        "def score(frame):\n"
        "    assert isinstance(frame, pandas.DataFrame) and list(frame) == ['a', 'b', 'c', 'd']\n"
        "    assert [str(kind) for kind in frame.dtypes[:3]] == ['float64', 'int64', 'bool']\n"
        "    return pandas.DataFrame({'bad': frame['b'] / 4, 'good': 1 - frame['b'] / 4})\n"
    )
    answers = ask(tmp_path, source, interpreter=Path(sys.executable), positive="good")
    assert answers.classes == ("bad", "good")
    assert answers.scores[0].tolist() == [[0.75], [0.5], [0.25]]


def test_several_classes_and_empty_tables(tmp_path: Path) -> None:
    source = "def score(frame):\n    return [[0.5, 0.25, 0.25] for _ in frame['b']]\nscore.classes = ['x', 'y', 'z']\n"
    empty = FeatureTable(name="none", columns={name: values[:0] for name, values in TABLE.columns.items()})
    answers = ask(tmp_path, source, task="multiclass-classification", tables=[TABLE, empty])
    assert answers.classes == ("x", "y", "z")
    assert [one.shape for one in answers.scores] == [(3, 3), (0, 3)]


HOSTILE = {
    "exit": ("import os; os._exit(3)", {}, "exit code 3"),
    "quiet exit": ("import sys; sys.exit(0)", {}, "ended without answers"),
    "segfault": ("import ctypes; ctypes.string_at(0)", {}, "crashed .SIGSEGV."),
    "kill": ("import os; os.kill(os.getpid(), 9)", {}, "killed .SIGKILL."),
    "hang": ("import time; time.sleep(60)", {"seconds": 1}, "did not answer within 1 s"),
    "busy": ("while True: pass", {"processor_seconds": 1}, "used up its processor time"),
    "garbage": (
        "while True: print('\\x1b[2J' * 999)",
        {"output_bytes": 50_000},
        "processes printed more than 50,000 bytes",
    ),
    "memory": ("bytearray(1 << 40)", {"memory_bytes": 512 << 20}, "used up its 512 MB of memory while loading"),
    "disk": ("open('x', 'wb').write(b'x' * 200_000)", {"file_bytes": 100_000}, "a file of more than 100,000 bytes"),
    "orphan": (
        "import os, time\nif os.fork() == 0:\n os.setsid()\n os.fork() or time.sleep(30)\n os._exit(0)\nos.wait()",
        {},
        "left processes running: 1",
    ),
    "error": ("1 / 0", {}, r"failed while loading: ZeroDivisionError: division by zero .scoring.py, line 1."),
    "import": ("import no_such_library", {}, "ModuleNotFoundError: No module named 'no_such_library'"),
    "an extra": ("raise ModuleNotFoundError(name='sklearn')", {}, "needs the library `sklearn`, which is not in its"),
    "syntax": ("def", {}, "SyntaxError"),
    "flood of words": ("raise RuntimeError('\\x1b[31m' + 'x' * 10_000_000)", {}, "RuntimeError: x"),
}


@level_of
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_modules(name: str, level: Request, tmp_path: Path) -> None:
    source, limits, sentence = HOSTILE[name]
    begun = time.monotonic()
    with pytest.raises(ModelError, match=sentence) as stop:
        ask(tmp_path, f"{source}\n{BENIGN}", level=level, limits=limits)
    assert stop.value.hint
    assert stop.value.exit_code == 3
    assert "\x1b" not in str(stop.value)
    assert "Traceback" not in str(stop.value)
    assert len(str(stop.value)) < 2_500
    assert time.monotonic() - begun < 8


ODD = {
    "too few": ("[0.1]", "answered 1 rows of `holdout`; expected all 3"),
    "too many": ("[0.1] * 4", "answered 4 rows of `holdout`; expected all 3"),
    "not finite": ("[0.1, float('nan'), float('inf')]", "not finite in 2 of 3 rows"),
    "outside": ("[0.1, 1.5, -0.5]", r"outside \[0, 1\] in 2 of 3 rows"),
    "text": ("['a', 'b', 'c']", "failed while scoring `holdout`: ValueError: could not convert"),
    "none": ("None", "failed while scoring `holdout`: TypeError"),
    "two columns": ("[[0.1, 0.9]] * 3", "2 scores per row for the classes .*the positive one, 1"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_answers(name: str, tmp_path: Path) -> None:
    source, sentence = ODD[name]
    with pytest.raises(ModelError, match=sentence):
        ask(tmp_path, f"def score(frame):\n    return {source}\n")


def test_odd_answers_of_several_classes(tmp_path: Path) -> None:
    head = "def score(frame):\n    return {}\n"
    task = {"task": "multiclass-classification"}
    with pytest.raises(ModelError, match="do not sum to 1 in 3 of 3"):
        ask(tmp_path, head.format("[[0.5, 0.4]] * 3") + "score.classes = ['x', 'y']\n", **task)
    with pytest.raises(ModelError, match="lists 0 classes; expected at least two"):
        ask(tmp_path, head.format("[[0.5, 0.5]] * 3"), **task)
    with pytest.raises(ModelError, match="2 scores per row of `holdout`; expected 3"):
        ask(tmp_path, head.format("[[0.5, 0.5]] * 3") + "score.classes = ['x', 'y', 'z']\n", **task)
    with pytest.raises(ModelError, match="lists a class twice"):
        ask(tmp_path, head.format("[[0.5, 0.5]] * 3") + "score.classes = ['x', 'x']\n", **task)


FORGED = {
    "not JSON": ("open(a + 'answers.json', 'w').write('{')", "is not JSON"),
    "deep": ("open(a + 'answers.json', 'w').write('[' * 100_000)", "is not JSON"),
    "a list": ("open(a + 'answers.json', 'w').write('[]')", "contains a list; expected an object"),
    "no tables": ("""open(a + 'answers.json', 'w').write('{"classes": [1]}')""", "do not cover the 1 tables"),
    "odd classes": (
        """open(a + 'answers.json', 'w').write('{"classes": [1.5]}')""",
        "must be strings, integers or booleans",
    ),
    "wrong positive": (
        """open(a + 'answers.json', 'w').write('{"classes": [0, 2]}')""",
        "positive class 1 is not among",
    ),
    "huge": ("open(a + 'answers.json', 'w').write(' ' * (5 << 20))", "expected at most"),
    "a folder": ("os.mkdir(a + 'answers.json')", "is not a regular file of its own"),
    "a pipe": ("os.mkfifo(a + 'answers.json')", "is not a regular file of its own"),
    "a link": ("os.symlink('/etc/passwd', a + 'answers.json')", "`answers.json` could not be read"),
    "short": (
        """open(a + 'answers.json', 'w').write('{"classes": [1], "tables": [{"rows": 3, "columns": 1}]}')
open(a + '0.f64', 'w').write('x')""",
        "`0.f64` has 1 bytes; expected 24",
    ),
    "absent": (
        """open(a + 'answers.json', 'w').write('{"classes": [1], "tables": [{"rows": 3, "columns": 1}]}')""",
        "`0.f64` could not be read",
    ),
    "unreadable failure": ("open(a + 'failure.json', 'w').write('garbage')", "`failure.json` is not JSON"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_answers(name: str, tmp_path: Path) -> None:
    """D3: a model may write its answers itself; what it writes is read as a stranger's."""
    source, sentence = FORGED[name]
    with pytest.raises(ModelError, match=sentence):
        ask(tmp_path, f"import os\na = os.getcwd() + '/answers/'\n{source}\nos._exit(0)\n")


THIEF = """
import os
def thieve():
    for top in TOPS:
        for folder, _, files in os.walk(top):
            for name in files:
                try:
                    if os.path.getsize(os.path.join(folder, name)) < 1_000_000:
                        if b'canary' + b'-label' in open(os.path.join(folder, name), 'rb').read():
                            return 1.0
                except OSError:
                    pass
    return 0.0
found = thieve()
def score(frame):
    return [found] * 3
"""


@shut_in_level_of
def test_d4_a_label_thief_finds_nothing(level: Request, tmp_path: Path) -> None:
    """D4: labels, dossier and `.git` are not on the list; a mere process finds them, and says it is one."""
    (tmp_path / "repository").mkdir()
    git(tmp_path / "repository", "init", "--quiet")
    (tmp_path / "repository" / "data").mkdir()
    hidden = (tmp_path / "repository" / ".git", tmp_path / "repository" / "data" / "holdout.csv", tmp_path / ".assay")
    (hidden[0] / "object").write_text("canary-label")
    hidden[1].write_text("canary-label")
    hidden[2].mkdir()
    (hidden[2] / "evidence.json").write_text("canary-label")
    source = THIEF.replace("TOPS", repr([str(tmp_path), "/proc/1", "/dev/shm"]))  # noqa: S108 - where the thief looks
    stolen = ask(tmp_path, source, hidden=hidden, level="process", named=["scoring.py"])
    assert (stolen.scores[0][0, 0], stolen.isolation.level) == (1.0, "process")
    safe = ask(tmp_path, source, hidden=hidden, level=level, named=["scoring.py"])
    assert (safe.scores[0][0, 0], safe.isolation.level) == (0.0, level)


@level_of
def test_f6_files_of_the_repository_shadow_nothing(level: Request, tmp_path: Path) -> None:
    """F-6: json.py, yaml.py, sitecustomize.py and the like beneath the code folder are never imported unasked."""
    code, marker = tmp_path / "repository", tmp_path / "repository" / "marker"
    code.mkdir()
    for name in ("json", "yaml", "sitecustomize", "usercustomize", "numpy_shadow", "traceback", "array", "os"):
        (code / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').close()")
    (code / "evil.pth").write_text(f"import os; open({str(marker)!r}, 'w').close()")
    assert ask(tmp_path, f"import json, os\n{BENIGN}", level=level).scores[0].shape == (3, 1)
    assert not marker.exists()
    with pytest.raises(ModelError, match="`json` is a module of the environment"):
        ask(tmp_path, BENIGN, level=level, callable="json:loads")


def test_d5_the_model_is_told_nothing_about_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D5: neither the names of data sets nor a workflow's variables reach the child."""
    monkeypatch.setenv("CI", "true")
    source = (
        "import os, sys\n"
        "def score(frame):\n"
        "    seen = str(dict(os.environ)) + os.getcwd() + open(sys.argv[1] + '/job.json').read()\n"
        "    seen += ' '.join(name for _, folders, files in os.walk('.') for name in folders + files)\n"
        "    return [float(word in seen) for word in ('holdout', 'CI', 'label')]\n"
    )
    assert ask(tmp_path, source).scores[0].tolist() == [[0.0], [0.0], [0.0]]


def test_the_hash_seed_is_fixed(tmp_path: Path) -> None:
    source = "def score(frame):\n    return [hash('a') % 1000 / 1000] * 3\n"
    assert ask(tmp_path, source).scores[0].tolist() == ask(tmp_path, source).scores[0].tolist()


class Payload:
    """Loading this runs code that leaves a marker: harmless, and all that a real one needs."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({str(self.marker)!r}, 'w').close()",)


@level_of
def test_f1_a_pickle_runs_only_when_the_manifest_trusts_it(level: Request, tmp_path: Path) -> None:
    """F-1: without trust nothing is loaded; with it, the payload runs in the child, which cannot write elsewhere."""
    marker, model = tmp_path / "marker", tmp_path / "model.pkl"
    model.write_bytes(pickle.dumps(Payload(marker)))
    inspect_model("pickle", model)
    for name in ("pickle", "joblib"):
        with pytest.raises(ModelError, match=f"Loading a model of the format `{name}` can run any code") as stop:
            ask(tmp_path, "", format=name, artifact=model)
        assert "`trust: pickle` under `model.artifact` in assay.yaml" in stop.value.hint
    assert not marker.exists()
    if level != "process":
        with pytest.raises(ModelError, match=r"Permission denied|No such file|Read-only file system"):
            ask(tmp_path, "", format="pickle", artifact=model, trust="pickle", level=level)
        assert not marker.exists()
        return
    with pytest.raises(ModelError, match="contains a NoneType without `predict_proba`"):
        ask(tmp_path, "", format="pickle", artifact=model, trust="pickle", level="process")
    assert marker.exists()


def test_d6_what_is_loaded_is_what_was_digested(tmp_path: Path) -> None:
    """D6: of a file that is swapped all the while, the copy has the digest or there is none."""
    model, done, good, evil = tmp_path / "model.pkl", threading.Event(), b"good" * 9_999, b"evil" * 9_999
    model.write_bytes(good)
    digest = digest_model(model)

    def swap() -> None:
        while not done.is_set():
            for content in (evil, good):
                (tmp_path / "next").write_bytes(content)
                (tmp_path / "next").replace(model)
                model.write_bytes(content)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(300):
            copy = tmp_path / f"copy-{number}"
            with contextlib.suppress(ModelError):
                copy_model(model, copy, digest)
                assert copy.read_bytes() == good
    finally:
        done.set()
        swapper.join()


def test_refusals_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="`skop` is not a model format") as stop:
        ask(tmp_path, "", format="skop")
    assert stop.value.hint == "Did you mean `skops`?"
    with pytest.raises(ModelError, match="The format `skops` needs a file"):
        ask(tmp_path, "", format="skops")
    with pytest.raises(ModelError, match=r"`model.skops` does not exist"):
        ask(tmp_path, "", format="skops", artifact=tmp_path / "model.skops")
    with pytest.raises(ModelError, match="needs a function"):
        ask(tmp_path, "", callable=None)
    with pytest.raises(ModelError, match="`scoring` has no function `nothing`"):
        ask(tmp_path, "", callable="scoring:nothing")
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="is not the planned one"):
        ask(tmp_path, "", format="onnx", artifact=tmp_path / "model.onnx", digest="sha256:" + "0" * 64)
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(ModelError, match="is not a regular file"):
        ask(tmp_path, "", format="onnx", artifact=tmp_path / "pipe.onnx")
    with pytest.raises(ModelError, match="could not be started"):
        ask(tmp_path, BENIGN, interpreter=tmp_path / "no-python")
    uneven = FeatureTable(name="uneven", columns={"a": np.zeros(2), "b": np.zeros(3)})
    with pytest.raises(ModelError, match="columns of `uneven` have 2 lengths"):
        ask(tmp_path, BENIGN, tables=[uneven])


def test_a_folder_has_a_digest_that_covers_names_and_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "a").write_text("1")
    first = digest_model(folder)
    (folder / "part" / "a").rename(folder / "b")
    second = digest_model(folder)
    (folder / "b").write_text("2")
    assert len({first, second, digest_model(folder)}) == 3
    (folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(ModelError, match="has a link, `link`"):
        digest_model(folder)


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    ask(tmp_path, BENIGN)
    hostile = "import os\nos.mkdir('locked')\nopen('locked/x', 'w').close()\nos.chmod('locked', 0)\nos._exit(1)\n"
    with pytest.raises(ModelError):
        ask(tmp_path, hostile)
    assert list(place.iterdir()) == []
