"""What measuring itself costs, and whether the machine let us measure."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from bench.check.selfcheck.check import Check, Experimenter, ends, interval, judged
from bench.judge import stats
from bench.judge.findings.noisy_machine import BUSY_SHARE, STEAL_SHARE
from bench.machine.placement import Places, usable_cpus
from bench.measure.pace import timed_turn
from bench.measure.tally import tally
from bench.trial.loads.closed import blocking_loop
from bench.trial.recorder import Recorder

COST = 0.01
TURN_NS = 20_000_000
MEMORY_NS = 12_000_000
"""How long a memory turn of one process and short ops is."""
BLOCKS = 8


def clock(experimenter: Experimenter) -> Iterator[Check]:
    """Resolution of the clock and cost of a read."""
    now = time.perf_counter_ns
    reads = np.array([now() for _ in range(20_000)])
    steps = np.diff(reads)
    resolution_ns = int(steps[steps > 0].min())
    cost_ns = float(np.median(steps))
    yield judged(
        "resolution of the clock", "1 µs or finer", f"{resolution_ns} ns", passed=resolution_ns <= 1000,
        reason="ops of some microseconds cannot be told apart",
    )  # fmt: skip
    yield judged(
        "cost of a clock read", "less than 1 µs", f"{cost_ns:.0f} ns", passed=cost_ns < 1000,
        reason="this clock source is slow (bench doctor names it); short ops are mostly clock",
    )  # fmt: skip


def recorder(experimenter: Experimenter) -> Iterator[Check]:
    """Keeping every clock read against dropping it, in mirrored pairs of short turns of a 20 µs op."""
    now = time.perf_counter_ns
    keep, drop = Recorder(), deque[int](maxlen=0).append

    def op() -> None:
        end = now() + 20_000
        while now() < end:
            pass

    def ops_per_turn(kept: bool) -> int:
        count = 0

        def counting() -> None:
            nonlocal count
            count += 1
            op()

        append = keep.begin(keep=True) if kept else drop
        began_ns = now()
        blocking_loop(counting, now, began_ns, began_ns + TURN_NS // 4, append, keep.failed)
        return count

    def measured(budget_s: float) -> tuple[float, float]:
        logs = []
        until_s = time.perf_counter() + budget_s
        while time.perf_counter() < until_s:
            first, second = ops_per_turn(True), ops_per_turn(False)
            mirrored = ops_per_turn(False), ops_per_turn(True)
            logs.append(float(np.log((first + mirrored[1]) / (second + mirrored[0]))))
        return _ratio(logs)

    yield _costs("recording every op (20 µs each)", measured)


def sampling(experimenter: Experimenter) -> Iterator[Check]:
    """Turns right after a memory turn against turns after the same load with nobody reading, in mirrored pairs.

    Memory is read in turns of its own, because one read inside a 20 ms window costs some 3 % of it; what is left to
    show is that reading does not change the turn behind it. Other turns before it would: here, turns after one that
    recorded or after none at all were 0 to 5 % slower, from process to process.
    """
    turn, places = timed_turn(1_000_000, TURN_NS), Places("pinned")

    def measured(budget_s: float) -> tuple[float, float]:
        logs = []
        with experimenter.trial("sync", experimenter.spec("steps", steps=200)) as live:
            live.open(1)
            live.turn(turn)
            live.place(places, places.cpu_of(0))
            until_s = time.perf_counter() + budget_s
            while time.perf_counter() < until_s:
                rates = []
                for sampled in (True, False, False, True):
                    if sampled:
                        live.memory_turn(1_000_000)
                    else:
                        live.unread_turn(1_000_000, MEMORY_NS)
                    reads = live.turn(turn)
                    rates.append(tally(reads.workers, reads.open_ns, reads.close_ns).ops)
                logs.append(float(np.log((rates[0] + rates[3]) / (rates[1] + rates[2]))))
        return _ratio(logs)

    yield _costs("a memory turn before a timed turn", measured)


def _ratio(logs: list[float]) -> tuple[float, float]:
    """Interval of a ratio of throughputs with and without something, over blocks of pairs."""
    return ends(stats.from_logs([stats.trimmed_mean(part) for part in np.array_split(np.array(logs), BLOCKS)]))


def _costs(name: str, measured: Callable[[float], tuple[float, float]]) -> Check:
    return interval(
        f"{name} changes throughput by less than {COST:.0%}", "×", measured, 1 - COST, 1 + COST, budget_s=6.0,
        expected=f"within {COST:.0%} of 1×", reason="measuring disturbs what is measured",
    )  # fmt: skip


def quiet(experimenter: Experimenter) -> Iterator[Check]:
    """Whether other programs or the hypervisor took CPU during all of this."""
    cpus = len(usable_cpus())
    noise = {(t.workload, t.concurrency, t.block): t.noise for t in experimenter.trials if t.noise}.values()
    wall_s = sum(part["wall_s"] for part in noise) or 1.0
    steal = sum(part["steal_s"] for part in noise) / wall_s / cpus
    others = sum(part["busy_s"] - part["ours_s"] - part["steal_s"] for part in noise) / wall_s / cpus
    yield judged(
        "the machine was quiet",
        f"others below {BUSY_SHARE:.0%} of the CPUs, hypervisor below {STEAL_SHARE:.0%}",
        f"others {max(others, 0):.1%}, hypervisor {steal:.1%}",
        passed=others < BUSY_SHARE and steal < STEAL_SHARE,
        reason="noisy-machine: other programs took CPU; close them (bench doctor names them) and check again",
    )
