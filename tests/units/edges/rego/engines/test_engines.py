"""Each engine answers for each policy or says why not; nothing hangs, leaks or falls back in silence."""

import dataclasses
import http.server
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engine import Answer, Engine, Query, choose_engine
from assay.edges.rego.engines.opa import OPA_LIMITS, Opa
from assay.edges.rego.engines.regorus import Regorus
from assay.errors import EngineError

BundleOf = Callable[[dict[str, str]], Bundle]
SOUND = "proven if input.sound == true\n"
LOOP = """\
proven if {
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
	x + y == 1
}
"""


def ask(engine: Engine, bundle: Bundle, *policies: str) -> tuple[Answer, ...]:
    return engine.evaluate(bundle, [Query(policy=policy, input={"sound": True}) for policy in policies])


def assert_judged_beside(answers: tuple[Answer, ...]) -> str:
    """The reason why the first policy has no answer; the second one must have its own."""
    broken, sound = answers
    assert sound == Answer(policy="quality/sound", document={"proven": True})
    assert broken.document is None
    told = broken.said or broken.error
    assert told
    assert broken.error
    assert "Stack backtrace" not in told
    assert "goroutine" not in told
    return told


def test_answers_come_in_the_order_of_the_queries(engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/sound": "seen := input.number\n", "bias/sound": "seen := [input.number]\n"})
    policies = ("quality/sound", "bias/sound")
    queries = [Query(policy=policy, input={"number": n}) for n in range(3) for policy in policies]
    documents = [answer.document for answer in engine.evaluate(bundle, queries)]
    assert documents == [document for n in range(3) for document in ({"seen": n}, {"seen": [n]})]


def test_ten_thousand_bars_are_judged_to_the_last(engine: Engine, bundle_of: BundleOf) -> None:
    rule = "proven if {\n\tevery bar in input.bars {\n\t\tbar.low >= bar.limit\n\t}\n}\n"
    bars = [{"id": f"{n}", "title": "a column of a wide table " * 8, "low": 1, "limit": 1} for n in range(10_000)]
    documents = [{"bars": [*bars, {"id": "last", "low": low, "limit": 1}]} for low in (1, 0)]
    queries = [Query(policy="quality/wide", input=document) for document in documents]
    cleared, missed = engine.evaluate(bundle_of({"quality/wide": rule}), queries)
    assert (cleared.document, cleared.error) == ({"proven": True}, None)
    assert (missed.document, missed.error) == ({}, None)


def test_every_engine_reports_its_name_and_version(engine: Engine) -> None:
    assert engine.name in ("opa", "opa-server", "regorus")
    assert engine.version[0].isdigit()


def test_nothing_asked_is_nothing_answered(engine: Engine, bundle_of: BundleOf) -> None:
    assert engine.evaluate(bundle_of({"quality/sound": SOUND}), []) == ()


def test_a_document_holds_values_rules_and_data(engine: Engine, bundle_of: BundleOf, tmp_path: Path) -> None:
    rules = "proven if input.sound\noffenders contains x if some x in [3, 1, null, true]\nf(x) := x\n"
    bundle_of({"quality/sound": rules})
    (tmp_path / "policies/quality/sound/data.yaml").write_text("limit: 0.7\n")
    (answer,) = ask(engine, bundle_of({}), "quality/sound")
    assert answer.document == {"proven": True, "offenders": [None, True, 1, 3], "limit": 0.7}


def test_libraries_are_shared(engine: Engine, bundle_of: BundleOf, tmp_path: Path) -> None:
    library = tmp_path / "policies/lib/all/all.rego"
    library.parent.mkdir(parents=True)
    library.write_text("package lib.all\n\nsound(x) if x.sound == true\n")
    bundle = bundle_of({"quality/sound": "import data.lib.all\n\nproven if all.sound(input)\n"})
    (answer,) = ask(engine, bundle, "quality/sound")
    assert answer.document == {"proven": True}


def test_an_undefined_policy_proves_nothing_e6(engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/empty": "f(x) := x\n", "quality/sound": SOUND})
    empty, sound = ask(engine, bundle, "quality/empty", "quality/sound")
    assert not empty.document
    assert sound.document == {"proven": True}


def test_a_missing_policy_is_an_error(engine: Engine, bundle_of: BundleOf) -> None:
    error = assert_judged_beside(ask(engine, bundle_of({"quality/sound": SOUND}), "quality/none", "quality/sound"))
    assert "The bundle has no policy `quality/none`" in error


def test_an_unsafe_input_is_refused_for_its_query_alone_e2(engine: Engine, bundle_of: BundleOf) -> None:
    queries = [Query(policy="quality/sound", input={"sound": given}) for given in (float("nan"), True)]
    refused, sound = engine.evaluate(bundle_of({"quality/sound": SOUND}), queries)
    assert "/sound is nan" in str(refused.error)
    assert sound.document == {"proven": True}


def test_a_syntax_error_is_blamed_on_its_policy_with_file_and_line(engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/broken": "proven if {\n\tinput.x ==== 1\n}\n", "quality/sound": SOUND})
    error = assert_judged_beside(ask(engine, bundle, "quality/broken", "quality/sound"))
    assert "quality/broken/broken.rego:12:" in error


def test_a_typing_error_is_blamed_on_its_policy(engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/broken": "proven if inptu.x > 1\n", "quality/sound": SOUND})
    assert "inptu" in assert_judged_beside(ask(engine, bundle, "quality/broken", "quality/sound"))


@pytest.mark.parametrize("rule", ["x := 1 / input.zero", 'x := to_number("zz")'])
def test_a_failing_builtin_is_an_error_not_undefined_e8(rule: str, engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/broken": f"proven := true\n\n{rule}\n", "quality/sound": SOUND})
    queries = [Query(policy=policy, input={"sound": True, "zero": 0}) for policy in ("quality/broken", "quality/sound")]
    assert "quality/broken/broken.rego:13:" in assert_judged_beside(engine.evaluate(bundle, queries))


def test_contradicting_rules_are_an_error_e8(engine: Engine, bundle_of: BundleOf) -> None:
    rules = "proven := true if input.sound\n\nproven := false if input.sound\n"
    bundle = bundle_of({"quality/broken": rules, "quality/sound": SOUND})
    assert_judged_beside(ask(engine, bundle, "quality/broken", "quality/sound"))


@pytest.mark.parametrize(
    "rules",
    [
        LOOP,
        "proven if count(numbers.range(1, 2000000000)) == 1\n",
        f"proven if {'(' * 5000}1{')' * 5000} == 2\n",
        f"x := {'[' * 5000}1{']' * 5000}\n",
        'x := concat("", [y | some i in numbers.range(1, 400000); y := "too much to say"])\n',
    ],
    ids=["loop", "memory", "parentheses", "nesting", "output"],
)
def test_a_bomb_ends_in_an_error_within_the_limits_e9(
    rules: str, hurried: Engine, bundle_of: BundleOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.edges.rego.refusals.MOST_NESTED", 10_000)
    bundle = bundle_of({"quality/bomb": rules, "quality/sound": SOUND})
    started = time.monotonic()
    bomb, sound = ask(hurried, bundle, "quality/bomb", "quality/sound")
    assert time.monotonic() - started < 20
    # Deep nesting alone does no harm to some engines, which then find nothing proven.
    assert "proven" not in (bomb.document or {})
    assert bomb.error or "(((" in rules or "[[[" in rules
    assert sound == Answer(policy="quality/sound", document={"proven": True})


def test_a_regular_expression_bomb_is_quick_e9(hurried: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/bomb": f'proven if regex.match("^(a+)+$", "{"a" * 40}!")\n', "quality/sound": SOUND})
    bomb, sound = ask(hurried, bundle, "quality/bomb", "quality/sound")
    assert not bomb.document
    assert sound.document == {"proven": True}


def test_an_engine_killed_mid_run_gives_no_answer(
    engine: Engine, bundle_of: BundleOf, kill_child: Callable[[str], None]
) -> None:
    bundle = bundle_of({"quality/loop": LOOP})
    kill_child({"opa": "eval --", "opa-server": "run --server", "regorus": "regorus_child"}[engine.name])
    (answer,) = ask(engine, bundle, "quality/loop")
    assert answer.document is None
    expected = "ended" if engine.name == "opa-server" else "killed (SIGKILL)"
    assert expected in str(answer.said) or (engine.name == "opa-server" and "Connection" in str(answer.said))


@pytest.mark.parametrize(
    "rule",
    ["x := opa.runtime()", 'x := http.send({{"method": "get", "url": "{url}"}})', "x := time.now_ns()"],
)
def test_no_secret_and_no_request_gets_out_even_past_the_reader_e10(
    rule: str, engine: Engine, unread_bundle: Callable[[str, str], Bundle], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle is put together by hand here, so that the reader's refusal is not what saves us."""
    monkeypatch.setenv("GITHUB_TOKEN", "canary-7f3a")
    seen: list[str] = []
    with _listening(seen) as url:
        (answer,) = ask(engine, unread_bundle("quality/curious", rule.format(url=url)), "quality/curious")
    assert "canary-7f3a" not in repr(answer)
    assert not seen
    if engine.name != "regorus":
        assert "quality/curious/curious.rego:11:6: undefined function" in str(answer.said)


class _listening:  # noqa: N801 - reads as a sentence
    def __init__(self, seen: list[str]) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.path)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def script(folder: Path, body: str) -> str:
    """An executable named `opa` that is a tiny shell script."""
    path = folder / "opa"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize("version", ["1.20.0", "1.19.1", "0.70.0", "1.20.1-rc1", "v1.2.3"])
@pytest.mark.parametrize("name", ["auto", "opa", "opa-server"])
def test_an_opa_that_is_too_old_is_an_error_and_no_reason_to_fall_back(name: str, version: str, tmp_path: Path) -> None:
    old = script(tmp_path, f"echo 'Version: {version}'")
    with pytest.raises(EngineError, match=r"Assay needs 1\.20\.1 or later") as caught:
        choose_engine(name, opa=old, opa_url=None)  # type: ignore[arg-type] # parametrized
    assert version.removeprefix("v") in str(caught.value)
    assert "openpolicyagent.org" in caught.value.hint
    assert caught.value.exit_code == 3


def test_an_old_opa_on_the_path_is_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "echo 'Version: 1.19.0'")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(EngineError, match=r"is OPA 1\.19\.0"):
        choose_engine("auto", opa=None, opa_url=None)


@pytest.mark.parametrize("version", ["1.20.1", "1.21.1", "2.0.0", "1.20.2-rc1"])
def test_a_new_enough_opa_is_taken(version: str, tmp_path: Path) -> None:
    engine = choose_engine("auto", opa=script(tmp_path, f"echo 'Version: {version}'"), opa_url=None)
    assert (engine.name, engine.version) == ("opa", version)


@pytest.mark.parametrize("body", ["echo 'Open Policy Agent'", "exit 1", "kill -9 $$", "head -c 300000 /dev/zero"])
def test_what_is_no_opa_is_an_error(body: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does not report a version"):
        choose_engine("opa", opa=script(tmp_path, body), opa_url=None)


@pytest.mark.parametrize(
    ("name", "opa", "url", "says"),
    [
        ("opa", "/nowhere/opa", None, "`/nowhere/opa` does not exist or cannot be run"),
        ("auto", "no-such-opa", None, "`no-such-opa` does not exist or cannot be run"),
        ("opa", None, None, "OPA is not on PATH"),
        ("opa-server", None, None, "OPA is not on PATH"),
        ("regorus", None, "http://127.0.0.1:1", "uses none"),
        ("opa-server", None, "ftp://127.0.0.1", "is not the URL of an OPA server"),
        ("opa-server", None, "http://127.0.0.1:99999", "is not the URL of an OPA server"),
        ("opa-server", None, "http://127.0.0.1/v1/data", "is not the URL of an OPA server"),
        ("opa-server", None, "http://[::1", "is not the URL of an OPA server"),
        ("opa-server", None, "http://me:secret@127.0.0.1", "is not the URL of an OPA server"),
        ("opa-server", None, "http://opa.example.org", "without encryption"),
        ("opa-server", None, "http://127.0.0.1:1", "does not answer like OPA"),
        ("auto", None, "http://127.0.0.1:1", "does not answer like OPA"),
    ],
)
def test_an_engine_that_is_not_there_is_an_error(
    name: str, opa: str | None, url: str | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=says):
        choose_engine(name, opa=opa, opa_url=url)  # type: ignore[arg-type] # parametrized


def test_without_any_opa_the_embedded_engine_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_engine("auto", opa=None, opa_url=None).name == "regorus"


WITHOUT_NONCE = '{"result": [{"expressions": [{"value": {"answers": {"quality/sound": [[0, {"proven": true}]]}}}]}]}'
WITH_OTHER_NONCE = WITHOUT_NONCE.replace('"answers"', '"nonce": "", "answers"')


@pytest.mark.parametrize(
    "body",
    [
        "echo nothing",
        "echo '{}'",
        f"echo '{WITHOUT_NONCE}'",
        f"echo '{WITH_OTHER_NONCE}'",
        "echo '{\"errors\": []}'; exit 2",
        "exit 0",
        "kill -9 $$",
        "sleep 30",
        "sleep 30 & sleep 30",
        "(sleep 30) & exit 0",
        "yes",
    ],
)
def test_an_opa_that_says_anything_else_gives_no_answer_e6_e7(body: str, tmp_path: Path, bundle_of: BundleOf) -> None:
    capable = '{"builtins": []}'
    fake = script(tmp_path, f"if [ $1 = capabilities ]; then echo '{capable}'; exit; fi\n{body}")
    engine = Opa(path=fake, version="1.21.1", limits=dataclasses.replace(OPA_LIMITS, wall_seconds=0.5))
    (answer,) = ask(engine, bundle_of({"quality/sound": SOUND}), "quality/sound")
    assert answer.document is None
    assert answer.said


def test_no_child_outlives_its_engine(tmp_path: Path, bundle_of: BundleOf) -> None:
    marker = tmp_path / "survived"
    fake = script(tmp_path, f"(sleep 1; touch {marker}) & sleep 30")
    engine = Opa(path=fake, version="1.21.1", limits=dataclasses.replace(OPA_LIMITS, wall_seconds=0.2))
    ask(engine, bundle_of({"quality/sound": SOUND}), "quality/sound")
    time.sleep(1.2)
    assert not marker.exists()


def test_the_embedded_engine_keeps_to_its_memory(bundle_of: BundleOf) -> None:
    engine = choose_engine("regorus", opa=None, opa_url=None)
    assert isinstance(engine, Regorus)
    assert engine.limits.memory_bytes == 512 * 1024 * 1024
    small = dataclasses.replace(engine, limits=dataclasses.replace(engine.limits, memory_bytes=16 * 1024 * 1024))
    (answer,) = ask(small, bundle_of({"quality/sound": SOUND}), "quality/sound")
    assert answer.document is None
