"""Modules that do at import what modules do: none of it reaches this process, and each file is judged alone."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from bench.errors import WorkloadError
from bench.plan import modules
from bench.plan.modules import TIMEOUT_S, TooSlow
from tests.support.command import alive
from tests.support.written import GOOD, written

SOURCES = {
    "exits": ("import sys\nsys.exit('usage: exits.py FILE')\n", "SystemExit: usage: exits.py FILE"),
    "asks": (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('FILE')\np.parse_args()\n",
        "SystemExit: 2; its last words: asks.py: error: the following arguments are required: FILE",
    ),
    "interrupts": ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    "leaves": ("import os\nprint('bye', flush=True)\nos._exit(3)\n", "ended with exit code 3; its last words: bye"),
    "crashes": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "killed by SIGSEGV"),
    "recurses": ("def f(): f()\nf()\n", "RecursionError: maximum recursion depth exceeded"),
    "unhinges": ("import os\nos.closerange(3, 64)\n", "ended with exit code 0"),
}  # fmt: skip

BUSY = """
import atexit, logging, os, signal, sys, threading, time
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
print("hello from import", flush=True)
os.chdir("/")
atexit.register(print, "bye")
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.path.insert(0, "/nowhere")
threading.Thread(target=time.sleep, args=(3600,)).start()
"""


def test_what_ends_a_module_is_told_of_it_alone(tmp_path: Path) -> None:
    files = {name: written(tmp_path, source, f"{name}.py") for name, (source, _) in SOURCES.items()}
    good = written(tmp_path, GOOD, "good.py")

    told = modules.describe({**dict.fromkeys(files.values(), TIMEOUT_S), good: TIMEOUT_S})

    for name, file in files.items():
        refusal = told[file]
        assert isinstance(refusal, WorkloadError)
        assert str(refusal).startswith(f"{name}.py: cannot be imported: {SOURCES[name][1]}")
    found = told[good]
    assert isinstance(found, list)
    assert found[0].class_name == "Good"


def test_nothing_that_a_module_does_reaches_this_process(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    level, path, threads = logging.getLogger().level, list(sys.path), threading.active_count()
    busy = written(tmp_path, BUSY + GOOD)

    told = modules.describe({busy: TIMEOUT_S})

    assert isinstance(told[busy], list)
    assert capfd.readouterr() == ("", "")
    assert Path.cwd() == tmp_path
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert (logging.getLogger().level, sys.path, threading.active_count()) == (level, path, threads)
    assert "mine" not in sys.modules
    assert alive(str(tmp_path)) == []


def test_a_module_that_hangs_costs_its_time_and_no_more(tmp_path: Path) -> None:
    hung = written(tmp_path, "while True: pass\n", "hung.py")
    good = written(tmp_path, GOOD, "good.py")

    told = modules.describe({hung: 1.0, good: TIMEOUT_S})

    assert isinstance(told[hung], TooSlow)
    assert str(told[hung]) == "hung.py: cannot be imported within 1 s"
    assert isinstance(told[good], list)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this is about multiprocessing's ways on POSIX")
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_module_that_starts_a_pool_at_import_does_not_multiply(tmp_path: Path, method: str) -> None:
    source = f"""
import multiprocessing, sys
from pathlib import Path
with (Path(__file__).parent / "imports").open("a") as log:
    log.write(multiprocessing.current_process().name + "\\n")
def f(x): return x
multiprocessing.get_context("{method}").Pool(1).map_async(f, [1]).get(1.5)
"""
    file = written(tmp_path, source)

    told = modules.describe({file: 4.0})

    assert isinstance(told[file], WorkloadError)
    workers = set((tmp_path / "imports").read_text().split()) - {"MainProcess"}
    assert workers  # one that fails is started again, as often as there is time for
    assert not [name for name in workers if ":" in name]  # but none starts one of its own: Worker-1:1
    assert alive(str(tmp_path)) == []
