"""One contest in one block: open everyone, a memory turn each, tune once, a lag turn each, rounds of timed turns.

Nothing of ours runs inside a window: while a contestant takes its turn the session is blocked in one read, the other
contestants in theirs, and the arithmetic follows when the turn is over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from bench import histogram
from bench.errors import TrialFailed
from bench.histogram import Histogram
from bench.machine import facts, resources
from bench.machine.placement import Places
from bench.measure import pace
from bench.measure.contestant import LiveTrial, SideFigures, TurnReads, memory_window_ns
from bench.measure.fixture import FixtureProcess
from bench.measure.tally import tally
from bench.model import Contest, Contestant, Memory, Plan, TrialResult, TurnResult, WorkloadSpec
from bench.plan import matrix
from bench.trial.runners import RunnerInfo
from bench.trial.turn import Turn

LAG_WINDOW_NS = 40_000_000
_MAXIMA = "_max"  # counters with this ending are maxima; all others are sums


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the pilot of a contest found: its shortest window, and each contestant's ramp.

    A contestant with a long ramp gets a longer window, or its turn would be all ramp.
    """

    window_ns: int
    edge_ns: dict[Contestant, int]

    def turn(self, contestant: Contestant) -> Turn:
        edge_ns = self.edge_ns.get(contestant, pace.MIN_EDGE_NS)
        return pace.timed_turn(edge_ns, pace.own_window(self.window_ns, edge_ns))


@dataclass(slots=True)
class Notes:
    """What has been measured of one case so far."""

    workers: int
    facts: dict[str, Any] = field(default_factory=dict)
    turns: list[TurnResult] = field(default_factory=list)
    latency: Histogram = field(default_factory=dict)
    lateness_ns: list[int] = field(default_factory=list)
    memory: Memory | None = None
    memory_end: Memory | None = None
    messages: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    side_window_s: float = 0.0
    lost: str = ""


class ContestBlock:
    """The measuring of one contest in one block."""

    def __init__(
        self,
        plan: Plan,
        contest: Contest,
        spec: WorkloadSpec,
        block: int,
        trials: dict[Contestant, LiveTrial | str],
        runners: dict[str, RunnerInfo],
        server: FixtureProcess,
        places: Places,
        on_lost: Callable[[WorkloadSpec, LiveTrial], None],
    ) -> None:
        self._plan = plan
        self._contest = contest
        self._spec = spec
        self._block = block
        self._server = server
        self._places = places
        self._on_lost = on_lost
        self._trials: dict[Contestant, LiveTrial] = {}
        self._notes: dict[Contestant, Notes] = {}
        self._noise: dict[str, float] = {}
        for contestant in contest.contestants:
            notes = Notes(matrix.concurrency_of(contest, runners[contestant.runner]))
            trial = trials[contestant]
            if isinstance(trial, str):
                notes.lost = trial
            elif trial.out is not None:
                notes.lost = trial.out
            else:
                self._trials[contestant] = trial
            self._notes[contestant] = notes

    def run(self, tuning: Tuning | None, ends_s: float) -> Tuning | None:
        """Measure until ``ends_s`` on ``perf_counter``, at least one round; return the tuning, None if all are out."""
        before, began_s, ours_before_s = facts.noise(), time.perf_counter(), self._our_cpu_s()
        first = {trial: self._open(trial) for trial in self._live()}
        tuning = tuning or self._pilot({trial: reads for trial, reads in first.items() if reads is not None})
        if tuning is None:
            return None
        for trial in self._live():
            self._lag_turn(trial)
        self._rounds(tuning, ends_s)
        after = facts.noise()
        self._noise = {name: after[name] - before[name] for name in after}
        self._noise |= {"wall_s": time.perf_counter() - began_s, "ours_s": self._our_cpu_s() - ours_before_s}
        for trial in self._live():
            self._close(trial)
        return tuning

    def results(self) -> list[TrialResult]:
        """One result per contestant."""
        return [self._result(contestant, notes) for contestant, notes in self._notes.items()]

    def _live(self) -> Iterator[LiveTrial]:
        return (trial for trial in self._trials.values() if trial.out is None)

    def _attempt(self, trial: LiveTrial, act: Callable[[], Any]) -> Any:
        """Do something with a contestant; None if that puts it out."""
        try:
            return act()
        except TrialFailed as failure:
            self._notes[trial.contestant].lost = str(failure)
            self._on_lost(self._spec, trial)
            return None

    def _open(self, trial: LiveTrial) -> TurnReads | None:
        """Open the workers, measure their memory and warm up; the warm-up's failures are kept, its figures are not."""
        notes = self._notes[trial.contestant]

        def act() -> TurnReads:
            self._server.muster(notes.workers)
            trial.open(self._contest.concurrency)
            self._places.single(trial.pids, self._places.cpu_of(self._block))
            self._memory_turn(trial)
            return trial.turn(pace.FIRST)

        reads: TurnReads | None = self._attempt(trial, act)
        _add(notes.counters, self._server.counters())
        if reads is not None:
            _add(notes.messages, reads.messages)
        return reads

    def _pilot(self, first: dict[LiveTrial, TurnReads]) -> Tuning | None:
        """Find the window of this contest, and each contestant's ramp."""
        pilots: dict[Contestant, pace.Pilot] = {}
        for trial, warm_up in first.items():
            turn = pace.pilot_turn(warm_up.workers)
            reads: TurnReads | None = self._attempt(trial, partial(trial.turn, turn))
            if reads is not None:
                pilots[trial.contestant] = pace.read(reads.workers)
            _add(self._notes[trial.contestant].counters, self._server.counters())
        if not pilots:
            return None
        return Tuning(pace.window(pilots.values()), {who: pilot.edge_ns for who, pilot in pilots.items()})

    def _memory_turn(self, trial: LiveTrial) -> None:
        """Measure memory under load, before any timed turn leaves its buffers behind in the heap.

        The serial runner is the same single worker in every contest of the bout: measured once, valid in all.
        """
        notes = self._notes[trial.contestant]
        if trial.side is None or trial.side.workers != notes.workers:
            trial.side = SideFigures(notes.workers)
            trial.side.window_s = notes.side_window_s = memory_window_ns(trial.pids) / 1e9
            trial.side.memory = trial.memory_turn(pace.SIDE_RAMP_NS)
        notes.memory = trial.side.memory

    def _lag_turn(self, trial: LiveTrial) -> None:
        """One responsiveness turn: the same load with a ticker beside it, whose throughput is not used."""
        notes, side = self._notes[trial.contestant], trial.side
        assert side is not None
        if side.lateness_ns is None:
            side.lateness_ns = self._attempt(trial, lambda: trial.lag_turn(pace.SIDE_RAMP_NS, LAG_WINDOW_NS))
            notes.side_window_s += LAG_WINDOW_NS / 1e9
        notes.lateness_ns = side.lateness_ns or []
        _add(notes.counters, self._server.counters())

    def _rounds(self, tuning: Tuning, ends_s: float) -> None:
        """Contestants take turns, in shuffled order and its mirror, until the next round would end too late."""
        number, longest_s = 0, 0.0
        while number == 0 or time.perf_counter() + longest_s <= ends_s:
            began_s = time.perf_counter()
            if not any(True for _ in self._live()):
                return
            self._round(number, tuning)
            longest_s = max(longest_s, time.perf_counter() - began_s)
            number += 1

    def _round(self, number: int, tuning: Tuning) -> None:
        cpu = self._places.cpu_of(self._block + number)
        self._places.server(self._server.pids, cpu)
        placed = {trial.contestant: self._places.single(trial.pids, cpu) for trial in self._live()}
        for position, contestant in enumerate(matrix.round_order(self._plan, self._contest, self._block, number)):
            trial = self._trials.get(contestant)
            if trial is not None and trial.out is None:
                self._timed_turn(trial, tuning.turn(contestant), number, position, cpu if placed[contestant] else None)

    def _timed_turn(self, trial: LiveTrial, turn: Turn, number: int, position: int, cpu: int | None) -> None:
        notes = self._notes[trial.contestant]
        started_s = time.time()
        server_before_s = self._server.cpu_s()
        reads: TurnReads | None = self._attempt(trial, lambda: trial.turn(turn))
        if reads is None:
            return
        server_after_s = self._server.cpu_s()
        counters = self._server.counters()
        counted = tally(reads.workers, reads.open_ns, reads.close_ns, least_latency_s=self._spec.least_latency_s)
        notes.latency = histogram.merge([notes.latency, counted.latency])
        _add(notes.messages, reads.messages)
        _add(notes.counters, counters)
        notes.turns.append(
            TurnResult(
                round=number,
                position=position,
                started_s=started_s,
                cpu=cpu,
                window_s=(reads.close_ns - reads.open_ns) / 1e9,
                wall_s=reads.wall_s,
                ops=counted.ops,
                completed=counted.completed,
                errors=counted.errors,
                all_ops=counted.all_ops,
                latency_sum_s=counted.latency_sum_s,
                latency_max_s=counted.latency_max_s,
                late_workers=counted.late_workers,
                early=counted.early,
                fairness=counted.fairness,
                least_ops=counted.least_ops,
                most_ops=counted.most_ops,
                cpu_s=reads.cpu_s,
                server_cpu_s=(
                    None if server_before_s is None or server_after_s is None else server_after_s - server_before_s
                ),
                counters=counters,
                op_time_s=counted.op_time_s,
            )
        )

    def _close(self, trial: LiveTrial) -> None:
        notes = self._notes[trial.contestant]
        notes.memory_end = trial.memory_now()
        notes.facts = dict(trial.facts)
        self._attempt(trial, trial.close)

    def _our_cpu_s(self) -> float:
        """CPU seconds of everything this run started that still lives, and of the session itself."""
        pids = {os.getpid(), *self._server.pids}
        for trial in self._live():
            pids.update(trial.pids or [])
        return resources.cpu_s(pids)

    def _result(self, contestant: Contestant, notes: Notes) -> TrialResult:
        ops = sum(turn.ops for turn in notes.turns)
        reason = notes.lost
        if not reason and notes.turns and not ops:
            first = next(iter(notes.messages), "no op ended inside a window")
            reason = f"no op succeeded: {first}"
        return TrialResult(
            block=self._block,
            workload=self._contest.workload,
            concurrency=self._contest.concurrency,
            runner=contestant.runner,
            copy=contestant.copy,
            workers=notes.workers,
            status="failed" if reason else "measured",
            reason=reason,
            turns=tuple(notes.turns),
            latency=notes.latency,
            lag=histogram.count(np.array(notes.lateness_ns, dtype=np.int64)),
            lag_max_s=max(notes.lateness_ns, default=0) / 1e9,
            memory=notes.memory,
            memory_end=notes.memory_end,
            messages=notes.messages,
            counters=notes.counters,
            side_window_s=notes.side_window_s,
            noise=self._noise,
            facts=notes.facts,
        )


def _add(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters: sums add up, maxima keep the largest."""
    for name, value in more.items():
        total[name] = max(total.get(name, 0), value) if name.endswith(_MAXIMA) else total.get(name, 0) + value
