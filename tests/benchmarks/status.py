"""How long reading many tags takes, beside `git for-each-ref` with the same fields and `gto show`: ratios in one run.

    uv run python tests/benchmarks/status.py [--tags 10000] [--rounds 7] [--gto /path/to/gto]

The processor's time is told beside the clock's: it says the same on a machine that does other work as well.
"""

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assay.ledger.chain import Link
from assay.ledger.entry import TAGGER, Entry, tag_text
from assay.ledger.tag_names import ledger_ref

VERBS = ("status", "at 2023-11-15", "history", "--help")
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
    tree, head = git(folder, "mktree"), ""
    stream, refs, last = [], [], Link("", ())
    for seq in range(1, count + 1):
        version = f"1.{(seq - 1) // 2}.0"
        if seq % 2:
            # GTO allows one version of a model on a commit.
            before = f"parent {head}\n" if head else ""
            people = "".join(f"{role} {TAGGER} {1_600_000_000 + seq} +0000\n" for role in ("author", "committer"))
            commit = f"tree {tree}\n{before}{people}\nModel {version}\n".encode()
            head = git_object("commit", commit)
            stream.append(("commit", commit, head))
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
    refs.append(f"create refs/heads/main {head}\n")
    git(folder, "update-ref", "--stdin", content="".join(refs).encode())
    git(folder, "update-ref", ledger_ref(model), last.commit)
    git(folder, "gc", "--quiet")


def write_loose(folder: Path, kind: str, content: bytes, oid: str) -> None:
    import zlib

    path = folder / ".git" / "objects" / oid[:2] / oid[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(content), content), 1))


def seconds(command: list[str], folder: Path) -> tuple[float, float]:
    """What the clock and what the processor says, with every process that was started."""
    before, started = os.times(), time.perf_counter()
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    taken, after = time.perf_counter() - started, os.times()
    if ended.returncode != 0:
        raise SystemExit(f"{command} ended with {ended.returncode}: {(ended.stdout + ended.stderr).decode()[-600:]}")
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return taken, worked


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tags", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--gto", default=shutil.which("gto"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_chain(folder, "small", given.tags)
        commands = {
            "git for-each-ref, same fields": ["git", "for-each-ref", f"--format={FIELDS}", "refs/tags"],
            "git rev-list --header of the ledger": ["git", "rev-list", "--header", "refs/assay/small"],
            "python -c pass": [sys.executable, "-I", "-c", "pass"],
            **{f"assay {words}": [sys.executable, "-I", "-m", "assay", *words.split()] for words in VERBS},
        }
        taken: dict[str, list[tuple[float, float]]] = {label: [] for label in commands}
        for _ in range(given.rounds):
            for label, command in commands.items():
                taken[label].append(seconds(command, folder))
        if given.gto is None:
            print("gto is not on PATH, so it was not measured.")
        else:
            # Once: it takes minutes.
            taken["gto show"] = [seconds([given.gto, "show"], folder)]
    show(taken, given.tags)


def show(taken: dict[str, list[tuple[float, float]]], tags: int) -> None:
    floor = middle(taken["git for-each-ref, same fields"])
    print(f"{tags:,} tags\n\n| command | median s | min – max s | × for-each-ref | processor s | × for-each-ref |")
    print("|---|---|---|---|---|---|")
    for label, times in taken.items():
        clock, worked = middle(times)
        span = f"{min(times)[0]:.3f} – {max(times)[0]:.3f}"
        print(f"| `{label}` | {clock:.3f} | {span} | {clock / floor[0]:.1f} | {worked:.3f} | {worked / floor[1]:.1f} |")


def middle(times: list[tuple[float, float]]) -> tuple[float, float]:
    # The processor's time is counted in hundredths of a second, so its mean says more than its median.
    return statistics.median(clock for clock, _ in times), statistics.mean(worked for _, worked in times)


if __name__ == "__main__":
    main()
