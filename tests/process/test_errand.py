"""An errand is run to its end, or ends with whoever sent it, and all that it started with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from bench.process import errand, interrupts
from tests.support.command import alive
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is left behind is seen in /proc")

BROOD = """
import os, sys, time
if os.fork() == 0: time.sleep(600)
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
"""


def test_what_it_says_and_how_it_ends_is_told() -> None:
    code = "import os, sys; print('said ' + os.environ['X']); print('first\\nsecond', file=sys.stderr); sys.exit(3)"
    heard: list[str] = []

    assert errand.run([sys.executable, "-c", code], heard.append, {"X": "x"}) == (3, "said x\n")
    assert heard == ["first\n", "second\n"]


def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    code = f"{BROOD}# {tmp_path}\nos.close(1); os.close(2); os._exit(0)"
    quiet = code.replace("time.sleep(600)", "os.close(1), os.close(2), time.sleep(600)")

    assert errand.run([sys.executable, "-c", quiet], print)[0] == 0
    assert until(lambda: not alive(str(tmp_path)))


def test_an_interrupt_ends_it_and_its_children(tmp_path: Path) -> None:
    def interrupt() -> None:
        until(lambda: len(alive(str(tmp_path))) == 3)
        os.kill(os.getpid(), signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    began_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        errand.run([sys.executable, "-c", f"{BROOD}# {tmp_path}\ntime.sleep(600)"], print)
    interrupter.join()

    assert until(lambda: not alive(str(tmp_path)))
    assert time.monotonic() - began_s < 60
