"""How long `assay status` takes on many tags, beside `git for-each-ref` with the same fields: medians, ratios in one run.

uv run python tests/benchmarks/status.py [--tags 10000] [--rounds 7] [--gto /path/to/gto]
"""

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assay.entries import TAGGER, Entry, tag_text
from assay.promotion_chain import Link
from assay.tag_names import ledger_ref

FIELDS = "%(objectname) %(objecttype) %(raw:size) %(refname)%0a%(if:equals=tag)%(objecttype)%(then)%(raw)%(end)"


def sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def git(folder: Path, *arguments: str, content: bytes = b"") -> str:
    identity = ("-c", "user.name=Octo Cat", "-c", "user.email=octocat@example.com")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, input=content).stdout.decode().strip()


def git_object(kind: str, content: bytes) -> str:
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), len(content), content), usedforsecurity=False).hexdigest()


def write_chain(folder: Path, model: str, count: int) -> None:
    """A chain of registrations and promotions, written with `git fast-import` and packed as a clone has it."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    head = git(folder, "commit-tree", git(folder, "mktree"), "-m", "model")
    git(folder, "update-ref", "refs/heads/main", head)
    tree = git(folder, "mktree")
    stream, refs, last = [], [], Link("", ())
    for seq in range(1, count + 1):
        version = f"1.{(seq - 1) // 2}.0"
        entry = Entry(
            event="register" if seq % 2 else "promote", model=model, version=version,
            stage="validation" if seq % 2 else "production", commit=head, time=1_700_000_000 + seq,
            decision=sha(f"decision {seq}"), card=sha(f"card {seq}"), model_digest=sha(version),
            previous=last.tag_object or None, seq=seq,
        )  # fmt: skip
        tag = tag_text(entry)
        oid = git_object("tag", tag)
        parent = f"parent {last.commit}\n" if last.commit else ""
        people = "".join(f"{role} {TAGGER} {entry.time} +0000\n" for role in ("author", "committer"))
        said = f"{entry.tag}\n\nSeq: {seq}\nTag-Object: {oid}\nPromotion: {sha(entry.tag)}\n"
        line = f"tree {tree}\n{parent}{people}\n{said}".encode()
        last = Link(git_object("commit", line), (), seq, entry.tag, oid)
        stream += [("tag", tag, oid), ("commit", line, last.commit)]
        refs.append(f"create refs/tags/{entry.tag} {oid}\n")
    for kind, content, oid in stream:
        write_loose(folder, kind, content, oid)
    git(folder, "update-ref", "--stdin", content="".join(refs).encode())
    git(folder, "update-ref", ledger_ref(model), last.commit)
    git(folder, "gc", "--quiet")


def write_loose(folder: Path, kind: str, content: bytes, oid: str) -> None:
    import zlib

    path = folder / ".git" / "objects" / oid[:2] / oid[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(content), content), 1))


def seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    taken = time.perf_counter() - started
    if ended.returncode != 0:
        raise SystemExit(f"{command} ended with {ended.returncode}: {(ended.stdout + ended.stderr).decode()[-600:]}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tags", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--gto", default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_chain(folder, "small", given.tags)
        commands = {
            "git for-each-ref, same fields": ["git", "for-each-ref", f"--format={FIELDS}", "refs/tags"],
            "git rev-list --header of the ledger": ["git", "rev-list", "--header", "refs/assay/small"],
            "python -c pass": [sys.executable, "-I", "-c", "pass"],
            "assay status": [sys.executable, "-I", "-m", "assay", "status"],
        }
        taken: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(given.rounds):
            for label, command in commands.items():
                taken[label].append(seconds(command, folder))
        if given.gto is not None:
            taken["gto show"] = [seconds([given.gto, "show"], folder)]
    floor = statistics.median(taken["git for-each-ref, same fields"])
    print(f"{given.tags:,} tags\n\n| command | median s | min – max s | × for-each-ref |\n|---|---|---|---|")
    for label, times in taken.items():
        middle = statistics.median(times)
        print(f"| `{label}` | {middle:.3f} | {min(times):.3f} – {max(times):.3f} | {middle / floor:.1f} |")


if __name__ == "__main__":
    main()
