"""One contest in one block: open everyone, a memory turn each, tune once, a lag turn each, rounds of timed turns.

Nothing of ours runs inside a window: while a contestant takes its turn the session is blocked in one read, the other
contestants are frozen, and the arithmetic follows when the turn is over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bench.machine import facts, tree
from bench.machine.placement import Places
from bench.measure import pace
from bench.measure.entrant import Entrant
from bench.measure.fixture import FixtureProcess
from bench.measure.measurable import TurnReads
from bench.model import Contest, Contestant, Plan, Settings, TrialResult
from bench.plan import matrix
from bench.trial.turn import Turn

Deal = Callable[[pace.Need | None, float], float]
"""Told what a contest is worth, if that is known, and how long its rounds took so far: how long they may take."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What is known of the pace of a contest.

    flown: the latest turns of each contestant, pilots first.
    spreads: how far passes lay apart in each block (see `pace.spread`). pass_s: how long one takes.
    """

    flown: dict[Contestant, tuple[pace.Pilot, ...]]
    spreads: tuple[float, ...] = ()
    pass_s: float = 0.0

    @property
    def need(self) -> pace.Need | None:
        """How much time it is worth; None while too few passes tell."""
        return pace.need(self.spreads, self.pass_s)

    def turns(self, settings: Settings) -> dict[Contestant, Turn]:
        """Each contestant's turn: the contest's window, or longer where a long ramp would leave little else."""
        paces = {who: pace.agreed(flown) for who, flown in self.flown.items()}
        if settings.batch_ops:
            return {who: pace.batch_turn(one, settings.batch_ops, cold=settings.cold) for who, one in paces.items()}
        window_ns = pace.window(paces.values())
        return {who: pace.own_turn(window_ns, one) for who, one in paces.items()}

    def op_ns(self, who: Contestant) -> int:
        """How long an op of a contestant takes; 0 while nothing is known."""
        return round(pace.agreed(self.flown[who]).latency_ns) if who in self.flown else 0

    def refined(self, entrants: Iterable[Entrant]) -> Tuning:
        """The same with what this block's turns say."""
        flown = dict(self.flown)
        for entrant in entrants:
            if entrant.paces:
                known = (*flown.get(entrant.contestant, ()), *entrant.paces)
                flown[entrant.contestant] = known[-pace.REMEMBERED :]
        return replace(self, flown=flown)

    def spent(self, trials: Sequence[TrialResult], rounds_s: float) -> Tuning:
        """The same with how far apart the passes of these trials lay, which took so long."""
        taken = max((len(trial.turns) for trial in trials), default=0)
        found = pace.spread(trials)
        if found is None or not taken:
            return self
        return replace(self, spreads=(*self.spreads, found), pass_s=rounds_s / taken)


class ContestBlock:
    """The measuring of one contest in one block."""

    def __init__(
        self,
        plan: Plan,
        contest: Contest,
        block: int,
        entrants: list[Entrant],
        server: FixtureProcess,
        places: Places,
        alive: Callable[[], None],
    ) -> None:
        """Args: alive: called between turns, so that a long contest is not a silent one."""
        self._plan = plan
        self._contest = contest
        self._block = block
        self._server = server
        self._places = places
        self._entrants = entrants
        self._alive = alive
        self._noise: dict[str, float] = {}
        self.rounds_s = 0.0
        self.pilots_s = 0.0

    def run(self, tuning: Tuning | None, deal: Deal) -> Tuning | None:
        """Measure; take rounds for as long as is dealt, at least one.

        Afterwards ``rounds_s`` is how long they took, and ``pilots_s`` what is not to be paid again in the next block.

        Returns:
            The tuning for the next block; None if nobody could be tuned.
        """
        before, began_s, ours_before_s = facts.noise(), time.perf_counter(), _our_cpu_s()
        aside = self._block < pace.SIDE_BLOCKS
        for entrant in self._live():
            op_ns = tuning.op_ns(entrant.contestant) if tuning else 0
            entrant.trial.place(self._places, None)  # whoever is born now inherits where its parent may run
            reads = entrant.open(self._contest, aside=aside and entrant.contestant.copy == 1, op_ns=op_ns)
            if reads is not None and (tuning is None or entrant.contestant not in tuning.flown):
                self._pilot(entrant, reads)
            self._alive()
        tuning = (tuning or Tuning({})).refined(self._live())
        if not tuning.flown:
            return None
        if aside:
            for entrant in self._live():
                if entrant.contestant.copy == 1:  # of a twin nothing but its throughput is asked
                    entrant.lag_turn()
        self._rounds(tuning, deal)
        after = facts.noise()
        self._noise = {name: after[name] - before[name] for name in after}
        self._noise |= {"wall_s": time.perf_counter() - began_s, "ours_s": _our_cpu_s() - ours_before_s}
        for entrant in self._live():
            entrant.close()
        return tuning.refined(self._live()).spent(self.results(), self.rounds_s)

    def results(self) -> list[TrialResult]:
        """One result per contestant."""
        return [entrant.result(self._block, self._contest, self._noise) for entrant in self._entrants]

    def _live(self) -> list[Entrant]:
        return [entrant for entrant in self._entrants if entrant.live]

    def _pilot(self, entrant: Entrant, reads: TurnReads) -> None:
        began_s = time.perf_counter()
        entrant.trial.place(self._places, self._places.cpu_of(self._block))
        entrant.pilot(reads)
        self.pilots_s += time.perf_counter() - began_s

    def _rounds(self, tuning: Tuning, deal: Deal) -> None:
        """Contestants take turns, in shuffled order and its mirror, until another round would end too late.

        Too late is by more than half of it, so that long rounds are not held less often than they should. Where nothing
        was known of a contest its first rounds tell, each more surely than those before, what it is worth, until there
        are as many as tell nearly all.
        """
        number, longest_s, turns, began_s = 0, 0.0, tuning.turns(self._plan.settings), time.perf_counter()
        rounds_s = deal(tuning.need, 0.0)
        while self._live() and (number == 0 or self.rounds_s + longest_s / 2 <= rounds_s):
            self._round(number, turns)
            now_s = time.perf_counter() - began_s
            longest_s = max(longest_s, now_s - self.rounds_s)
            self.rounds_s = now_s
            number += 1
            if tuning.need is None and 2 * number <= pace.ENOUGH_PASSES:
                rounds_s = deal(tuning.spent(self.results(), now_s).need, now_s)
        for entrant in self._live():
            entrant.look()

    def _round(self, number: int, turns: dict[Contestant, Turn]) -> None:
        cpu = self._places.cpu_of(self._block + number)
        self._places.keep_off(self._server.pids(), cpu)
        confined = self._confine(cpu)
        entrants = {entrant.contestant: entrant for entrant in self._entrants}
        for position, contestant in enumerate(matrix.round_order(self._plan, self._contest, self._block, number)):
            entrant = entrants[contestant]
            if entrant.live and contestant in turns:
                entrant.timed_turn(turns[contestant], number, position, cpu if confined[contestant] else None)
                self._alive()

    def _confine(self, cpu: int | None) -> dict[Contestant, bool]:
        """Put everyone in place for a round; which of them are confined to its CPU."""
        return {entrant.contestant: entrant.trial.place(self._places, cpu) for entrant in self._live()}


def _our_cpu_s() -> float:
    """CPU seconds of all that this run started, ended processes included, and of the session itself."""
    ours = tree.of(os.getpid())
    return tree.cpu_s(ours) + tree.reaped_cpu_s(ours)
