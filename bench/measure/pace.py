"""How long the parts of a turn are, and how much of the time a contest is worth (pure).

Found in short pilots whose figures are not counted, and refined as turns come in.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.judge import passes
from bench.measure.tally import WorkerReads
from bench.model import TrialResult
from bench.trial.turn import TIMED, WARM, Turn

MIN_WINDOW_NS = 4_000_000
"""The machine's speed is the noise of short ops, and neighbours in time share it: of the same seconds, turns of 4 ms
get an error half as large as turns of 20 ms out; below 4 ms handing over takes more time than the windows."""
MAX_WINDOW_NS = 10_000_000_000
MAX_BATCH_NS = 3_600_000_000_000
BATCH = "batch"
"""The load of a batch; everything beside it is measured under the closed one."""
COMPLETIONS = 3
OF_A_RAMP = 0.5
MOST_FOR_RAMPS_NS = 8_000_000
"""Wanted per window are so many completions, as long as that takes no more than `PATIENCE_NS`, and so much of the
longest ramp, as long as that takes no more than 8 ms: what a long ramp costs is saved by few long windows, and lost
again because everything strikes a long one. All contestants of a contest have the same window: other programs strike a
short one seldom and a long one always, a little, so that a typical short one would seem faster."""
OF_A_WAIT = 5 / 3
WAITING_CORES = 0.3
"""Whose workers and server use fewer CPUs than this mostly waits (who computes beside a hog still has half of one).
Little strikes such windows, and what varies is which ops they hold: they are so much of the longest ramp, twice the
longest usual op. Of a server that answers 95 % within 5 ms and 5 % within 40 ms the ratio of two copies is then known
to 1 % where it was to 5 %, and p99 where it was not at all, in the same time."""
PATIENCE_NS = 120_000_000
PILOT_WINDOW_NS = 7_000_000
"""Long enough to see the bursts in which threads take turns at the GIL (5 ms each)."""
PILOTS = 3
"""So many short pilots and the median of what they say: a short one is spoiled by a single slow op."""
LONG_PILOT_NS = 40_000_000
"""One that is as long as this is enough."""
TOLD, REMEMBERED = 8, 40
"""Turns of a block, and latest turns of all blocks, from which a contestant's pace is told."""
MIN_EDGE_NS = 500_000
MAX_EDGE_NS = 250_000_000
SETTLE_NS = 16_000_000
"""Workers that compute in several places wake up on the CPU of whoever wakes them. Of turns of two processes one in
eight began with both on one CPU, for 4 to 16 ms until the kernel moved one; a program that runs on is past that."""
BUSY_CORES = 0.8
"""From here on workers compute rather than wait."""
SIDE_RAMP_NS = 8_000_000
"""Ramp of memory and lag turns, whose throughput is not used."""
SIDE_BLOCKS = 6
"""Memory and responsiveness hardly differ between blocks: they are measured in as many as an interval needs."""

ENOUGH_PASSES = 12
"""Noise has fat tails, of which two passes tell nothing and a dozen nearly all: so many a contest gets if it can."""
CALM = 0.004
"""Passes that lie no farther apart than this (standard deviation of the log rate) need not be many."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a contest is worth.

    weight: its part of the time, relative to others'. round_s: what one round takes, which it gets in any case.
    enough_s: seconds of rounds per block that it gets if it can.
    """

    weight: float
    round_s: float
    enough_s: float


def spread(trials: Sequence[TrialResult]) -> float | None:
    """How far the log rates of a pass lie from their mean, as a standard deviation; None where there are no two passes.

    By the median absolute deviation of each contestant, in the root mean square over the contestants. It follows noise
    alone and not what the ratios are, so it may steer where time goes and bias no verdict.
    """
    rates = [found for trial in trials if (found := passes.rates(trial))]
    shared = sorted(set.intersection(*(set(found) for found in rates))) if len(rates) > 1 else []
    logs = np.array([[found[one] for one in shared] for found in rates])
    if len(shared) < 2 or (logs <= 0).any():
        return None
    logs = np.log(logs)
    apart = logs - logs.mean(axis=0)
    deviations = np.median(np.abs(apart - np.median(apart, axis=1, keepdims=True)), axis=1)
    passed, whole = len(shared), len(rates)
    centred = math.sqrt(passed / (passed - 1) * whole / (whole - 1))  # what is taken off with a median and a mean
    return 1.4826 * centred * float(np.sqrt((deviations**2).mean()))


def need(spreads: Sequence[float], pass_s: float) -> Need | None:
    """How much time a contest is worth; None while nothing is known.

    By weights of the cube root of the variance of a pass times what it takes, the standard errors of all contests have
    the least sum; for the variances themselves it would be the square root (Neyman 1934, optimum allocation), which
    gives nearly everything to the noisiest.

    Args:
        spreads: of each of its blocks so far (see `spread`).
        pass_s: how long a pass takes.
    """
    if not spreads:
        return None
    noise = max(statistics.median(spreads), CALM)
    enough = min((noise / CALM) ** 2, ENOUGH_PASSES)
    return Need((noise**2 * pass_s) ** (1 / 3), 2 * pass_s, enough * pass_s)


FIRST = Turn(WARM, ramp_ns=0, window_ns=5_000_000, drain_ns=0)
"""The warm-up turn of every case: opens connections, lets the interpreter specialise the loop."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot turn says of one contestant.

    latency_ns: mean latency of its ops. rate_per_s: of all its workers. edge_ns: how long the ramp must be for all
    workers to be running when the window opens. cores: CPUs used on average. spread: whether its workers are in several
    places at a time. served_cores: CPUs that the server used meanwhile.
    """

    latency_ns: float
    rate_per_s: float
    edge_ns: int
    cores: float
    spread: bool = False
    served_cores: float = 0.0

    @property
    def ramp_ns(self) -> int:
        """All workers are running, and where they will stay."""
        return max(self.edge_ns, SETTLE_NS) if self.spread and self.cores > BUSY_CORES else self.edge_ns


def pilot_turn(first: Iterable[WorkerReads]) -> Turn:
    """The pilot of a contestant whose warm-up turn gave these reads."""
    edge_ns = edge(first)
    return timed_turn(edge_ns, max(PILOT_WINDOW_NS, edge_ns))


def pilots(turn: Turn) -> int:
    """How many pilots of this length are taken."""
    return 1 if turn.ramp_ns + turn.window_ns + turn.drain_ns >= LONG_PILOT_NS else PILOTS


def timed_turn(edge_ns: int, window_ns: int, ramp_ns: int = 0) -> Turn:
    """A timed turn. The drain is half the edge: after it every worker still ends the op it is in.

    Args:
        ramp_ns: if longer than the edge.
    """
    return Turn(TIMED, max(edge_ns, ramp_ns), window_ns, edge_ns // 2)


PATIENT = 10
"""A batch that takes so many times what the pilots made of it hangs."""


def batch_turn(pilot: Pilot, ops: int, *, cold: bool) -> Turn:
    """A timed turn of so many ops. Its window is what it is expected to take, its drain how much more it may."""
    expected_ns = int(min(ops / pilot.rate_per_s * 1e9, MAX_BATCH_NS / PATIENT))
    return Turn(TIMED, 0, expected_ns, (PATIENT - 1) * expected_ns, BATCH, ops, cold)


def read(workers: list[WorkerReads], cores: float, *, spread: bool, served_cores: float = 0.0) -> Pilot:
    """Learn from a pilot turn, ramp and drain included. cores, spread, served_cores: see `Pilot`."""
    durations = np.concatenate([np.diff(w.ends_ns) for w in workers])
    begin = min(int(w.ends_ns[0]) for w in workers)
    end = max(int(w.ends_ns[-1]) for w in workers)
    rate_per_s = durations.size / max(end - begin, 1) * 1e9
    return Pilot(float(durations.mean()), rate_per_s, edge(workers), cores, spread, served_cores)


def agreed(pilots: Sequence[Pilot]) -> Pilot:
    """What several turns of one contestant say together: the median of each figure; spread once any of them was."""
    return Pilot(
        statistics.median(pilot.latency_ns for pilot in pilots),
        statistics.median(pilot.rate_per_s for pilot in pilots),
        int(statistics.median(pilot.edge_ns for pilot in pilots)),
        statistics.median(pilot.cores for pilot in pilots),
        any(pilot.spread for pilot in pilots),
        statistics.median(pilot.served_cores for pilot in pilots),
    )


def edge(workers: Iterable[WorkerReads]) -> int:
    """Length of the ramp, in ns: the duration below which workers spend 80 % of their time.

    Time-weighted, since the op that an edge cuts is a long one.
    """
    durations = np.sort(np.concatenate([np.diff(w.ends_ns) for w in workers]))
    spent = np.cumsum(durations)
    typical = int(durations[np.searchsorted(spent, 0.8 * spent[-1])])
    return int(min(max(MIN_EDGE_NS, 1.2 * typical), MAX_EDGE_NS))


def window(pilots: Iterable[Pilot]) -> int:
    """The window of a contest, in ns.

    Two latencies of the slowest, some completions of it if that is quick, and what long ramps are worth.
    """
    pilots = list(pilots)
    latency_ns = max(pilot.latency_ns for pilot in pilots)
    completions_ns = COMPLETIONS / min(pilot.rate_per_s for pilot in pilots) * 1e9
    longest_ns = max(pilot.ramp_ns for pilot in pilots)
    waiting = all(pilot.cores + pilot.served_cores < WAITING_CORES for pilot in pilots)
    for_ramps_ns = OF_A_WAIT * longest_ns if waiting else min(OF_A_RAMP * longest_ns, MOST_FOR_RAMPS_NS)
    wanted_ns = max(MIN_WINDOW_NS, 2 * latency_ns, min(completions_ns, PATIENCE_NS), for_ramps_ns)
    return int(min(wanted_ns, MAX_WINDOW_NS))


def own_turn(window_ns: int, pilot: Pilot) -> Turn:
    """The turn of a contestant, with the contest's window."""
    return timed_turn(pilot.edge_ns, window_ns, pilot.ramp_ns)
