"""A pristine trial process forks the contestants of a bout, so that all of them have the same memory layout.

Where the kernel puts code and heap moves the speed of a process by about 1 % (Mytkowicz et al., ASPLOS 2009), and it
is drawn anew for every process that is executed. Forked from one parent, contestants share the draw: it leaves their
ratio, and the next block draws again. Linux alone; elsewhere contestants are executed one by one.

Before it forks it may import, once for all of a form, what each would import by itself. A module that starts threads or
opens files when it is imported cannot be shared that way, and is refused.

A child is born stopped, so that the session can give it a memory of its own (`bench.measure.zygote`), and into a
session of its own: where a zygote dies, the kernel hangs up on stopped process groups of the same one.
"""

from __future__ import annotations

import importlib
import os
import signal
import time
from typing import NamedTuple

from bench.trial import loading, project
from bench.trial.channel import Channel, Message, answer, take_standard_streams
from bench.trial.recorder import describe

_MODES = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY | os.O_APPEND)


class Origin(NamedTuple):
    """How a trial process began.

    boot_s: seconds from its launch to its first order, and those of importing beforehand; a child's are those of its
        zygote, whose boot it shares.
    forked: whether it is a child.
    """

    boot_s: float
    forked: bool


def hatch_until_start(channel: Channel) -> tuple[Channel, Message, Origin]:
    """Fork a child per order ``hatch``; in each process, return its channel and its first order of another kind."""
    boot_s = -1.0
    reply: Message = {}
    forked = False
    while True:
        order = channel.receive()[0]
        if boot_s < 0:
            boot_s = time.perf_counter() - order.get("launched_s", 0.0)
        try:
            match order["do"]:
                case "hatch":
                    pid, own = hatch(order["session"], order["streams"])
                    if own is not None:
                        channel.close()
                        channel, forked = own, True
                        continue
                    reply = {"pid": pid}
                case "release":
                    release(order["pid"])
                    reply = {}
                case "prepare":
                    prepared_s, refused = prepare(order["workload"], order["form"])
                    boot_s += prepared_s
                    reply = {"refused": refused}
                case "ended":
                    reply = {"code": exit_code(order["pid"])}
                case _:
                    return channel, order, Origin(boot_s, forked)
        except OSError as error:
            channel.send(answer(order, {"error": str(error)}))
        else:
            channel.send(answer(order, reply))


def prepare(workload: str, form: str) -> tuple[float, str]:
    """Import what every contestant of a form needs; return how long it took, and why its children may not share it."""
    began_s, before = time.perf_counter(), _open_things()
    try:
        loading.import_library(loading.load(workload), form)
        if form == "coroutine":
            importlib.import_module("bench.trial.runners.asyncio")
        project.code()  # read now what was imported now
    except BaseException as error:
        return 0.0, describe(error)  # each contestant will meet it again, and say so in its own name
    after = _open_things()
    grown = [name for name in before if after[name] > before[name]]
    return time.perf_counter() - began_s, f"importing it opens {' and '.join(grown)}" if grown else ""


def _open_things() -> dict[str, int]:
    """What a fork would lose or share: threads, and file descriptors."""
    folders = {"threads": "/proc/self/task", "files": "/proc/self/fd"}
    return {name: sum(1 for _ in os.scandir(folder)) for name, folder in folders.items()}


def hatch(session: int, streams: list[int]) -> tuple[int, Channel | None]:
    """Fork; return the stopped child's pid and, in the child alone, the channel of its own.

    Args:
        session: pid of the process that ``streams`` belong to.
        streams: its file descriptors that become the child's stdin, stdout and stderr.

    Raises:
        OSError: forbidden or impossible here; no child is left.
    """
    opened = [os.open(f"/proc/{session}/fd/{fd}", mode) for fd, mode in zip(streams, _MODES, strict=True)]
    pid = os.fork()
    if not pid:
        os.setsid()
        os.kill(os.getpid(), signal.SIGSTOP)
        for target, fd in enumerate(opened):
            os.dup2(fd, target)
            os.close(fd)
        return 0, take_standard_streams()
    for fd in opened:
        os.close(fd)
    os.waitpid(pid, os.WUNTRACED)
    return pid, None


def release(pid: int) -> None:
    """Let a child go."""
    os.kill(pid, signal.SIGCONT)


def exit_code(pid: int) -> int:
    """How a child ended, once it has; negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
