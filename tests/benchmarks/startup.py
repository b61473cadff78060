"""How long a person waits: whole processes, interleaved rounds, medians, as ratios in one run.

    uv run --extra demo python tests/benchmarks/startup.py [--rounds 9]

Evidently, the peer, pins other versions of the libraries, so it gets an environment of its own (made with uv, once).
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = "evidently==0.7.23"


def peer_python() -> str:
    place = Path.home() / ".cache" / "assay" / "benchmarks" / PEER.replace("==", "-")
    python = place / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or "uv"
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), PEER, "pandas<3"]
        subprocess.run(command, check=True)
    return str(python)


def seconds(command: list[str], folder: Path, codes: tuple[int, ...]) -> float:
    started = time.perf_counter()
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    taken = time.perf_counter() - started
    if ended.returncode not in codes:
        raise SystemExit(f"{command} ended with {ended.returncode}: {ended.stderr.decode()}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    assay = [sys.executable, "-I", "-m", "assay"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        seconds([*assay, "demo", str(folder), "--engine", "regorus"], Path(name), (0,))
        commands: dict[str, list[str]] = {
            "python -c pass": [sys.executable, "-I", "-c", "pass"],
            "assay --help": [*assay, "--help"],
            "assay decide (demo, regorus)": [*assay, "decide", "--engine", "regorus"],
            "assay check (demo, regorus, all steps)": [*assay, "check", "--engine", "regorus"],
            "python -c 'import evidently'": [peer_python(), "-c", "import evidently"],
        }
        taken: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(rounds):
            for label, command in commands.items():
                taken[label].append(seconds(command, folder, (0, 1)))
    floor = statistics.median(taken["python -c pass"])
    print("| command | median s | min – max s | × python -c pass |\n|---|---|---|---|")
    for label, times in taken.items():
        middle = statistics.median(times)
        print(f"| `{label}` | {middle:.3f} | {min(times):.3f} – {max(times):.3f} | {middle / floor:.1f} |")
    check = statistics.median(taken["assay check (demo, regorus, all steps)"])
    peer = statistics.median(taken["python -c 'import evidently'"])
    print(f"\nassay check / import evidently: {check / peer:.2f}")


if __name__ == "__main__":
    main()
