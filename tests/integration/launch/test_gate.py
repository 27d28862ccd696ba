"""The gate holds early processes back until it is open, then everyone, also those that come later."""

import subprocess
import sys

from nishan.gate import Gate

WAIT = "import os, sys; os.read(int(sys.argv[1]), 1); print('through', flush=True)"


def _arrive(gate: Gate) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WAIT, str(gate.waiting_end)],
        pass_fds=[gate.waiting_end],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_everyone_waits_until_it_opens_and_nobody_after() -> None:
    gate = Gate()
    early = [_arrive(gate), _arrive(gate)]
    assert [process.poll() for process in early] == [None, None]
    gate.open()
    late = _arrive(gate)
    assert [process.communicate()[0] for process in (*early, late)] == ["through\n"] * 3
    gate.close()
