"""SIGINT, SIGTERM and SIGHUP at ten moments of a small run: what was finished is kept and told, nothing is left."""

from __future__ import annotations

import os
import pty
import random
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.process.interrupts import SIGNALS
from tests.support.command import bench, environment, python
from tests.support.interrupted import World, lets_signals_in
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is left behind is seen in /proc")

SMALL = ("run", "noop", "-r", "sync,threads", "-c", "1", "--blocks", "2", "--budget", "1s", "--seed", "1")

PHASES: dict[str, tuple[Callable[[World], bool], float]] = {
    "planning": (lambda world: True, 1.2),
    "forking": (lambda world: world.told("[1/"), 0.3),
    "turns": (lambda world: world.told("[1/"), 1.2),
    "storing": (lambda world: world.bouts > 0, 0.02),
    "report": (lambda world: world.stopped == "completed", 2.0),
}
"""When a phase has begun, and for how many seconds of it moments are drawn."""


def interrupted(world: World, phase: str, seed: str) -> int:
    """Run, be interrupted at the seeded moment, and end; return the exit code."""
    drawn = random.Random(seed)
    begun, seconds = PHASES[phase]
    process = world.begin(*SMALL, "-o", str(world.results))
    assert until(lambda: lets_signals_in(process))
    until(lambda: begun(world) or process.poll() is not None, 100)
    time.sleep(drawn.uniform(0, seconds))  # the moment is what is tested
    process.send_signal(drawn.choice(SIGNALS))
    return world.end(process)


def breaches(world: World, code: int) -> list[str]:
    """What is not as it must be after an interrupt."""
    found = world.complaints()
    complete = world.stopped == "completed"
    if code != 130 and not (code == 0 and complete):
        found.append(f"exit code {code} of a run that is {world.stopped or 'not begun'}")
    if world.run is None:
        return found
    command = f"bench report {world.run.name} --results '{world.results}'"
    if not (world.run / "report.html").exists() and command not in "".join(world.said):
        found.append("neither a report nor the command that writes it")
    if not complete and f"bench run --resume {world.run.name} -o '{world.results}'" not in "".join(world.said):
        found.append("no word of how to continue")
    return found


@pytest.mark.parametrize("phase", PHASES)
def test_interrupted_at_any_moment_it_ends_in_order(phase: str, tmp_path: Path) -> None:
    """Two moments of a phase, two runs at a time, since one mostly waits; `make soak` takes two hundred."""
    worlds = [World(tmp_path / f"{phase}-{one}") for one in "ab"]
    with ThreadPoolExecutor() as both:
        codes = list(both.map(lambda world: interrupted(world, phase, world.path.name), worlds))

    assert [breaches(world, code) for world, code in zip(worlds, codes, strict=True)] == [[], []]


@pytest.mark.parametrize("phase", ["forking", "turns", "storing"])
def test_what_was_left_is_measured_when_it_is_resumed(phase: str, tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    interrupted(world, phase, f"resumed/{phase}")
    if world.stopped == "completed":
        pytest.skip("this machine was quicker than the signal")
    before = world.bouts

    process = world.begin("run", "--resume", "latest", "-o", str(world.results))

    assert world.end(process) == 0
    assert world.complaints() == []
    assert (world.bouts, world.stopped) == (2, "completed"), f"{before} bouts had been measured"


def test_an_impatient_user_gets_the_command_that_writes_the_report(tmp_path: Path) -> None:
    drawn = random.Random("impatient")
    world = World(tmp_path / "world")
    process = world.begin(*SMALL, "-o", str(world.results))
    assert until(lambda: world.told("[1/"), 100)
    while process.poll() is None:
        process.send_signal(drawn.choice(SIGNALS))
        time.sleep(drawn.uniform(0, 0.5))

    assert breaches(world, world.end(process)) == []


def test_a_terminal_that_is_closed_ends_the_run_in_order(tmp_path: Path) -> None:
    """The kernel sends SIGHUP, and whatever is said afterwards is an error of the terminal."""
    world = World(tmp_path / "world")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "bench", *SMALL, "-o", str(world.results)], world.environment)
    assert until(lambda: world.run is not None, 100)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert code == 130
    assert world.complaints() == []
    assert world.stopped == "interrupted"
    assert (world.run or tmp_path).joinpath("report.html").exists()


@pytest.mark.parametrize("command", [("check", "sleep"), ("list",), ("doctor",)])
def test_every_command_ends_in_order(command: tuple[str, ...], tmp_path: Path) -> None:
    """At a moment that is drawn, which a quick machine may have left behind: then all has been said.

    A doctor who finds the machine unfit says so with 1.
    """
    codes = []
    for number in SIGNALS:
        world = World(tmp_path / signal.Signals(number).name)
        process = world.begin(*command)
        assert until(lambda: lets_signals_in(process))  # noqa: B023 - called here and now
        time.sleep(random.Random(f"{command}/{number}").uniform(0, 0.3))
        process.send_signal(number)
        codes.append(world.end(process))

        assert world.complaints() == []
        assert codes[-1] == 130 or (codes[-1] in {0, 1} and world.out.endswith("\n")), (codes, world.said)
    assert 130 in codes


def test_an_interrupt_inside_an_exec_leaves_the_exit_code_alone(tmp_path: Path) -> None:
    """As of a namedtuple or an enum that was being made by an import."""
    (tmp_path / "interrupted_import.py").write_text(
        "import sys, types\n"
        "command = types.ModuleType('bench.cli.main')\n"
        "command.main = lambda: exec('raise KeyboardInterrupt')\n"
        "sys.modules[command.__name__] = command\n"
        "from bench.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = python("-m", "interrupted_import", env=environment(tmp_path))

    assert (done.code, done.err) == (130, "")


def test_what_is_ignored_by_the_shell_interrupts_nothing(tmp_path: Path) -> None:
    """As under nohup."""
    world = World(tmp_path / "world")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = world.begin(*SMALL, "-o", str(world.results))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert until(lambda: world.told("[1/"), 100)
    process.send_signal(signal.SIGHUP)

    assert world.end(process) == 0
    assert world.stopped == "completed"
    assert bench("show", str(world.results / "latest")).code == 0
