"""What is said of running processes while others begin and end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from assay.edges.confinement.process_table import descendants, tasks_of_user

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")


def test_processes_that_end_meanwhile_are_no_trouble() -> None:
    stay = subprocess.Popen(["sleep", "60"])
    stop = threading.Event()

    def begin_and_end() -> None:
        while not stop.is_set():
            subprocess.run(["true"], check=True)

    busy = [threading.Thread(target=begin_and_end) for _ in range(2)]
    for each in busy:
        each.start()
    try:
        for _ in range(60):
            assert stay.pid in descendants(os.getpid())
            assert tasks_of_user(os.getuid()) > 1
    finally:
        stop.set()
        for each in busy:
            each.join()
        stay.kill()
        stay.wait()
