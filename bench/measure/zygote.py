"""The process from which all contestants of a bout are forked, so that they share one draw of the memory layout.

`bench.trial.zygote` says why. Guaranteed here: a forked contestant owns its memory as one executed afresh. A fork
shares its parent's pages until either writes, and a shared page counts by halves in proportional figures; so while the
child is stopped, every anonymous page is written back to it as it is, which makes the kernel copy it.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.process import interrupts
from bench.process.child import UNTOLD, Child, ChildLost
from bench.process.launch import Launch, Process, executed
from bench.process.reaper import Reaper

MODULE = "bench.trial"
PRISTINE = ""
"""Name of the zygote that has imported nothing; others are named by the form they are prepared for."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_PRESENT = np.uint64(1 << 63)  # bits of /proc/pid/pagemap
_PRESENT_OR_FILE = np.uint64(1 << 63 | 1 << 61)
_TIMEOUT_S = 10.0


class Nursery:
    """Launches the processes of bout after bout: forked where the platform can, else executed one by one."""

    def __init__(self, reaper: Reaper, timeout_s: float = _TIMEOUT_S) -> None:
        """Args: timeout_s: an answer that takes longer is a refusal; never more than ten seconds."""
        self.reaper = reaper
        self.timeout_s = min(timeout_s, _TIMEOUT_S)
        self.refusal = "" if sys.platform == "linux" else f"not possible on {sys.platform}"
        """Why contestants are executed; empty while they are forked."""
        self.unshared: dict[str, str] = {}
        """Specification of a workload -> why its contestants import it one by one."""

    @contextmanager
    def bout(self, environment: Mapping[str, str]) -> Iterator[Cradle]:
        """How to launch the processes of one bout."""
        with Cradle(self, environment) as cradle:
            yield cradle


class Cradle:
    """One bout's zygotes: a pristine one, and where it is prepared one per form that has imported all it needs."""

    def __init__(self, nursery: Nursery, environment: Mapping[str, str]) -> None:
        self._nursery = nursery
        self._execute = executed(MODULE, {**nursery.reaper.environment, **environment})
        self._zygotes: dict[str, Child] = {}

    def __enter__(self) -> Cradle:
        if not self._nursery.refusal:
            try:
                self._zygotes[PRISTINE] = Child(self._execute, self._nursery.reaper)
            except ChildLost as lost:
                self._nursery.refusal = str(lost)
        return self

    def __exit__(self, *_: object) -> None:
        for zygote in reversed(self._zygotes.values()):
            zygote.kill()  # it has nothing to put in order

    def launch(self, stdin: int, stdout: int, stderr: int) -> Process:
        """A `Launch`: from the pristine zygote."""
        return self._hatch(PRISTINE, [stdin, stdout, stderr], own=True)

    def of(self, form: str, *, own: bool = True) -> Launch:
        """From the zygote that is prepared for a form, if there is one. Args: own: its memory is to be measured."""
        zygote = form if form in self._zygotes else PRISTINE
        return lambda stdin, stdout, stderr: self._hatch(zygote, [stdin, stdout, stderr], own=own)

    def prepare(self, workload: str, forms: Iterable[str]) -> None:
        """Import a workload and its libraries once per form, both forms at the same time.

        Where a module cannot be shared each contestant imports it by itself, forked from the pristine zygote.
        """
        if self._nursery.refusal or workload in self._nursery.unshared or len(self._zygotes) > 1:
            return
        order = {"do": "prepare", "workload": workload}
        try:
            for form in forms:
                self._zygotes[form] = Child(self.of(PRISTINE, own=False), self._nursery.reaper)
                self._zygotes[form].send({**order, "form": form}, self._nursery.timeout_s)
            replies = [self._zygotes[form].reply(self._nursery.timeout_s)[0] for form in forms]
            refused = next((str(reply["refused"]) for reply in replies if reply["refused"]), "")
        except (ChildLost, KeyError) as lost:
            refused = str(lost)
        if refused:
            self._nursery.unshared[workload] = refused
            for form in self._zygotes.keys() - {PRISTINE}:
                self._zygotes.pop(form).kill()

    def _hatch(self, zygote: str, streams: list[int], *, own: bool) -> Process:
        if not self._nursery.refusal:
            try:
                return _hatched(self._zygotes[zygote], streams, self._nursery.timeout_s, own=own)
            except (ChildLost, OSError, KeyError, ValueError) as refusal:
                self._nursery.refusal = str(refusal) or type(refusal).__name__
                for one in self._zygotes.values():
                    one.kill()  # what is not answered once would be asked again for every contestant
        return self._execute(*streams)


class Hatched:
    """A forked contestant: its zygote is its parent, and alone can say how it ended."""

    def __init__(self, pid: int, zygote: Child, timeout_s: float) -> None:
        self.pid = pid
        self._timeout_s = timeout_s
        self._zygote = zygote
        self._alive = os.pidfd_open(pid)
        self._code: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """See `bench.launch.Process`."""
        if self._code is None:
            if not select.select([self._alive], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(MODULE, timeout or 0)
            os.close(self._alive)
            try:
                self._code = int(self._zygote.ask({"do": "ended", "pid": self.pid}, self._timeout_s)["code"])
            except (ChildLost, KeyError, ValueError):
                self._code = UNTOLD
                self._zygote.kill()  # or each of its children would wait for it in turn
        return self._code


def _hatched(zygote: Child, streams: list[int], timeout_s: float, *, own: bool) -> Hatched:
    """A forked process, if wanted with a memory of its own.

    Raises:
        ChildLost, OSError: that is not possible here.
    """
    order = {"do": "hatch", "session": os.getpid(), "streams": streams, "launched_s": zygote.launched_s}
    with interrupts.shielded():
        pid = zygote.ask(order, timeout_s)["pid"]
        try:
            if own:
                own_pages(pid)
            hatched = Hatched(pid, zygote, timeout_s)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            zygote.ask({"do": "ended", "pid": pid}, timeout_s)
            raise
        zygote.ask({"do": "release", "pid": pid}, timeout_s)
    return hatched


def own_pages(pid: int) -> None:
    """Write every anonymous page of a stopped process back to it. Raises OSError where that is forbidden."""
    proc = Path(f"/proc/{pid}")
    with (
        (proc / "maps").open() as maps,
        (proc / "pagemap").open("rb", buffering=0) as pagemap,
        (proc / "mem").open("r+b", buffering=0) as memory,
    ):
        for line in maps:
            span, mode, *rest = line.split()
            if mode[3] == "p" and not rest[-1].startswith("[v"):  # [vdso], [vvar] and [vsyscall] are the kernel's
                low, high = (int(number, 16) for number in span.split("-"))
                for begin, size in _anonymous(pagemap.fileno(), low, high):
                    if os.pwrite(memory.fileno(), os.pread(memory.fileno(), size, begin), begin) != size:
                        raise OSError(f"{size} bytes of a contestant's memory could not be written")


def _anonymous(pagemap: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Address and size of the stretches that are in memory and belong to no file."""
    entries = np.frombuffer(os.pread(pagemap, (high - low) // _PAGE * 8, low // _PAGE * 8), dtype=np.uint64)
    ours = (entries & _PRESENT_OR_FILE) == _PRESENT
    edges = np.flatnonzero(np.diff(ours, prepend=False, append=False))
    for begin, end in edges.reshape(-1, 2).tolist():
        yield low + begin * _PAGE, (end - begin) * _PAGE
