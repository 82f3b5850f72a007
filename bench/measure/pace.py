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
EDGES = 4
"""Wanted per window are so many completions and so many ramps, as long as that takes no more than `PATIENCE_NS`."""
PATIENCE_NS = 120_000_000
PILOT_WINDOW_NS = 7_000_000
"""Long enough to see the bursts in which threads take turns at the GIL (5 ms each)."""
PILOTS = 3
"""So many short pilots and the median of what they say: one long pilot is spoiled by a single slow op."""
REMEMBERED = 40
"""Latest turns of a contestant from which its pace is told."""
MIN_EDGE_NS = 500_000
MAX_EDGE_NS = 250_000_000
SIDE_RAMP_NS = 8_000_000
"""Ramp of memory and lag turns, whose throughput is not used."""
SIDE_BLOCKS = 6
"""Memory and responsiveness hardly differ between blocks: they are measured in as many as an interval needs."""

ERROR = 0.01
"""Standard error of a block's log ratio that is worth measuring for: what differs between processes is as large."""
LEAST_PASSES = 4
LEAST_S, MOST_S = 0.05, 8.0


def needed_s(trials: Sequence[TrialResult], rounds_s: float) -> float | None:
    """Seconds of rounds after which this contest's ratios are known to `ERROR` within a block.

    From how far the log rates of a pass lie from their mean (by the median absolute deviation), the noisiest contestant
    deciding; the median of n pairs has an error of 1.25 times their spread over the root of n. None when too few passes
    tell. It follows noise alone and not what the ratios are, so it may steer where time goes and bias no verdict.

    Args:
        rounds_s: how long the rounds of these trials took.
    """
    rates = [found for trial in trials if len(found := passes.rates(trial)) >= LEAST_PASSES]
    shared = sorted(set.intersection(*(set(found) for found in rates))) if len(rates) > 1 else []
    logs = np.array([[found[one] for one in shared] for found in rates])
    if len(shared) < LEAST_PASSES or (logs <= 0).any():
        return None
    logs = np.log(logs)
    apart = logs - logs.mean(axis=0)
    spreads = 1.4826 * np.median(np.abs(apart - np.median(apart, axis=1, keepdims=True)), axis=1)
    wanted = (1.25 * math.sqrt(2) * float(spreads.max()) / ERROR) ** 2
    return float(min(max(wanted * rounds_s / len(shared), LEAST_S), MOST_S))


FIRST = Turn(WARM, ramp_ns=0, window_ns=5_000_000, drain_ns=0)
"""The warm-up turn of every case: opens connections, lets the interpreter specialise the loop."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot turn says of one contestant.

    latency_ns: mean latency of its ops. rate_per_s: of all its workers. edge_ns: how long the ramp must be for all
    workers to be running when the window opens.
    """

    latency_ns: float
    rate_per_s: float
    edge_ns: int


def pilot_turn(first: Iterable[WorkerReads]) -> Turn:
    """The pilot of a contestant whose warm-up turn gave these reads."""
    edge_ns = edge(first)
    return timed_turn(edge_ns, max(PILOT_WINDOW_NS, edge_ns))


def timed_turn(edge_ns: int, window_ns: int) -> Turn:
    """A timed turn. The drain is half the ramp: after it every worker still ends the op it is in."""
    return Turn(TIMED, edge_ns, window_ns, edge_ns // 2)


PATIENT = 10
"""A batch that takes so many times what the pilots made of it hangs."""


def batch_turn(pilot: Pilot, ops: int, *, cold: bool) -> Turn:
    """A timed turn of so many ops. Its window is what it is expected to take, its drain how much more it may."""
    expected_ns = int(min(ops / pilot.rate_per_s * 1e9, MAX_BATCH_NS / PATIENT))
    return Turn(TIMED, 0, expected_ns, (PATIENT - 1) * expected_ns, BATCH, ops, cold)


def read(workers: list[WorkerReads]) -> Pilot:
    """Learn from a pilot turn, ramp and drain included."""
    durations = np.concatenate([np.diff(w.ends_ns) for w in workers])
    begin = min(int(w.ends_ns[0]) for w in workers)
    end = max(int(w.ends_ns[-1]) for w in workers)
    return Pilot(float(durations.mean()), durations.size / max(end - begin, 1) * 1e9, edge(workers))


def agreed(pilots: Sequence[Pilot]) -> Pilot:
    """What several turns of one contestant say together: the median of each figure."""
    return Pilot(
        statistics.median(pilot.latency_ns for pilot in pilots),
        statistics.median(pilot.rate_per_s for pilot in pilots),
        int(statistics.median(pilot.edge_ns for pilot in pilots)),
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
    """The window of a contest, in ns: two latencies of the slowest, and some completions of it if that is quick."""
    pilots = list(pilots)
    latency_ns = max(pilot.latency_ns for pilot in pilots)
    completions_ns = COMPLETIONS / min(pilot.rate_per_s for pilot in pilots) * 1e9
    wanted = max(MIN_WINDOW_NS, 2 * latency_ns, min(completions_ns, PATIENCE_NS))
    return int(min(wanted, MAX_WINDOW_NS))


def own_window(window_ns: int, edge_ns: int) -> int:
    """The window of a contestant, in ns: the contest's, or longer where its turn would be little but ramp."""
    return max(window_ns, edge_ns * 3 // 2, min(edge_ns * EDGES, PATIENCE_NS))
