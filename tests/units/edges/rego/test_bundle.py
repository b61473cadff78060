"""A bundle is an exact list of files: what does not belong is refused, and the same files give the same digest."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.canonical import canonical, digest
from assay.edges.rego.archive import archive, engine_files
from assay.edges.rego.bundle import MAX_FILE_BYTES, read_bundle
from assay.errors import PolicyError

Write = Callable[..., Path]


def test_policies_libraries_and_data_are_read(write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    write("bias/mine")
    library = write("lib/shared", "yes := true\n")
    library.write_text("package lib.shared\n\nyes := true\n")
    (tmp_path / "policies/quality/mine/data.yaml").write_text("limit: 0.7\nnames: [no, yes]\n")
    (tmp_path / "policies/quality/mine/mine_test.rego").write_text("package quality.mine_test\n")
    bundle = read_bundle([tmp_path / "policies"])
    assert [file.path for file in bundle.files] == [
        "bias/mine/mine.rego",
        "lib/shared/shared.rego",
        "quality/mine/data.yaml",
        "quality/mine/mine.rego",
    ]
    assert [policy.id for policy in bundle.policies] == ["bias/mine", "quality/mine"]
    assert bundle.data == {"quality": {"mine": {"limit": 0.7, "names": ["no", "yes"]}}}
    alone = bundle.alone("quality/mine")
    assert [file.path for file in alone.files] == [file.path for file in bundle.files[1:]]


def test_the_digest_is_of_paths_digests_and_sizes(write: Write, tmp_path: Path) -> None:
    content = write("quality/mine").read_bytes()
    bundle = read_bundle([tmp_path / "policies"])
    entry = {"path": "quality/mine/mine.rego", "digest": digest(content), "bytes": len(content)}
    assert bundle.digest == digest(canonical([entry]))


def test_a_bundle_restored_from_a_dossier_has_the_same_digest(project: Path, write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    bundle = read_bundle([project / "policies", tmp_path / "policies"])
    dossier = tmp_path / "dossier"
    for file in reversed(bundle.files):
        (dossier / file.path).parent.mkdir(parents=True, exist_ok=True)
        (dossier / file.path).write_bytes(file.content)
    restored = read_bundle([dossier])
    assert restored == bundle
    assert restored.digest == bundle.digest
    assert restored.policies == bundle.policies


def test_one_changed_byte_changes_the_digest_a2(write: Write, tmp_path: Path) -> None:
    path = write("quality/mine")
    before = read_bundle([tmp_path / "policies"]).digest
    path.write_bytes(path.read_bytes() + b"\n")
    assert read_bundle([tmp_path / "policies"]).digest != before


def test_a_policy_in_two_folders_is_refused_f7(project: Path, write: Write, tmp_path: Path) -> None:
    write("quality/clears_bars", "proven := true\n")
    with pytest.raises(PolicyError, match=r"clears_bars\.rego: another folder has this policy too"):
        read_bundle([project / "policies", tmp_path / "policies"])


@pytest.mark.parametrize(
    "path",
    [
        "quality/mine/zz.rego",
        "quality/mine/data.json",
        "quality/mine/mine.rego.bak",
        "quality/mine/deeper/deeper.rego",
        "quality/mine.rego",
        "quality/README.md",
        "root.rego",
        ".manifest",
        ".hidden/a/a.rego",
        "Quality/mine/mine.rego",
        "quality/my-policy/my-policy.rego",
        "system/log/log.rego",
        "quality/some/some.rego",
        "quality/mine_test/mine_test.rego",
    ],
)
def test_extra_files_are_refused_a2(path: str, write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    extra = tmp_path / "policies" / path
    extra.parent.mkdir(parents=True, exist_ok=True)
    extra.write_text("package quality.mine\n\nproven := true\n")
    with pytest.raises(PolicyError, match="does not belong among policies"):
        read_bundle([tmp_path / "policies"])


@pytest.mark.parametrize("path", ["quality/linked", "linked", "quality/mine/mine.rego", "quality/mine/mine_test.rego"])
def test_links_are_refused_f10(path: str, write: Write, tmp_path: Path) -> None:
    elsewhere = write("quality/mine").rename(tmp_path / "elsewhere.rego")
    link = tmp_path / "policies" / path
    link.symlink_to(elsewhere if path.endswith(".rego") else tmp_path)
    with pytest.raises(PolicyError, match="link"):
        read_bundle([tmp_path / "policies"])


def test_a_pipe_is_refused_and_does_not_hang_f10(write: Write, tmp_path: Path) -> None:
    write("quality/mine").unlink()
    os.mkfifo(tmp_path / "policies/quality/mine/mine.rego")
    with pytest.raises(PolicyError, match="not a regular file"):
        read_bundle([tmp_path / "policies"])


@pytest.mark.parametrize("kind", ["missing", "file", "link"])
def test_what_is_no_folder_is_refused(kind: str, write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    folder = tmp_path / kind
    if kind == "file":
        folder.write_text("")
    elif kind == "link":
        folder.symlink_to(tmp_path / "policies")
    with pytest.raises(PolicyError, match="is not a folder of policies"):
        read_bundle([folder])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"#" * (MAX_FILE_BYTES + 1), "more than 262,144 bytes"),
        (b"package quality.mine\n\n# \xff\n", "mine.rego:3: the file is not UTF-8"),
        (b"\xef\xbb\xbfpackage quality.mine\n", "byte-order mark"),
        (b"package quality.mine\n# \x00\n", "NUL"),
        (b"", "must begin with `package quality.mine`"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, says: str, write: Write, tmp_path: Path) -> None:
    write("quality/mine").write_bytes(content)
    with pytest.raises(PolicyError, match=says):
        read_bundle([tmp_path / "policies"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("proven: true\n", "`proven` has the name of a rule"),
        ("a: 1\na: 2\n", "twice"),
        ("- 1\n", "expected a block"),
        ("a: .nan\n", "not a finite number"),
        ("a: 0.1234567890123456\n", "at most 15 digits"),
        ("a: 0.12345678901234567\n", "more digits than are kept"),
        ("a: &b 1\n", "Anchors"),
        ("a: !!python/none 1\n", "Tags"),
        ("a: [\n", "not YAML"),
    ],
)
def test_data_is_strict_f7_f8(text: str, says: str, write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    (tmp_path / "policies/quality/mine/data.yaml").write_text(text)
    with pytest.raises(PolicyError, match=says):
        read_bundle([tmp_path / "policies"])


def test_data_without_a_policy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quality/mine").mkdir(parents=True)
    (tmp_path / "quality/mine/data.yaml").write_text("a: 1\n")
    with pytest.raises(PolicyError, match="has no policy beside it"):
        read_bundle([tmp_path])


def test_data_goes_to_engines_as_json(write: Write, tmp_path: Path) -> None:
    write("quality/mine")
    (tmp_path / "policies/quality/mine/data.yaml").write_text("answer: no\nfew: 1e-3\n")
    files = engine_files(read_bundle([tmp_path / "policies"]))
    assert files["data.json"] == b'{"quality":{"mine":{"answer":"no","few":0.001}}}'
    assert not [path for path in files if path.endswith(".yaml")]


def test_the_archive_is_the_same_each_time(project: Path) -> None:
    assert archive(read_bundle([project / "policies"])) == archive(read_bundle([project / "policies"]))
