"""One contest in one block: open everyone, a memory turn each, tune once, a lag turn each, rounds of timed turns.

Nothing of ours runs inside a window: while a contestant takes its turn the session is blocked in one read, the other
contestants are frozen, and the arithmetic follows when the turn is over.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from bench.machine import facts, tree
from bench.machine.placement import Places
from bench.measure import pace
from bench.measure.contestant import TurnReads
from bench.measure.entrant import Entrant
from bench.measure.fixture import FixtureProcess
from bench.model import Contest, Contestant, Plan, TrialResult
from bench.plan import matrix
from bench.trial.turn import Turn


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


class ContestBlock:
    """The measuring of one contest in one block."""

    def __init__(
        self, plan: Plan, contest: Contest, block: int, entrants: list[Entrant], server: FixtureProcess, places: Places
    ) -> None:
        self._plan = plan
        self._contest = contest
        self._block = block
        self._server = server
        self._places = places
        self._entrants = entrants
        self._noise: dict[str, float] = {}

    def run(self, tuning: Tuning | None, ends_s: float) -> Tuning | None:
        """Measure until ``ends_s`` on ``perf_counter``, at least one round; return the tuning, None if all are out."""
        before, began_s, ours_before_s = facts.noise(), time.perf_counter(), _our_cpu_s()
        first = [(entrant, reads) for entrant in self._live() if (reads := entrant.open(self._contest)) is not None]
        self._confine(self._places.cpu_of(self._block))
        tuning = tuning or _tuned(first)
        if tuning is None:
            return None
        for entrant in self._live():
            entrant.lag_turn()
        self._rounds(tuning, ends_s)
        after = facts.noise()
        self._noise = {name: after[name] - before[name] for name in after}
        self._noise |= {"wall_s": time.perf_counter() - began_s, "ours_s": _our_cpu_s() - ours_before_s}
        for entrant in self._live():
            entrant.close()
        return tuning

    def results(self) -> list[TrialResult]:
        """One result per contestant."""
        return [entrant.result(self._block, self._contest, self._noise) for entrant in self._entrants]

    def _live(self) -> list[Entrant]:
        return [entrant for entrant in self._entrants if entrant.live]

    def _rounds(self, tuning: Tuning, ends_s: float) -> None:
        """Contestants take turns, in shuffled order and its mirror, until the next round would end too late."""
        number, longest_s = 0, 0.0
        while self._live() and (number == 0 or time.perf_counter() + longest_s <= ends_s):
            began_s = time.perf_counter()
            self._round(number, tuning)
            longest_s = max(longest_s, time.perf_counter() - began_s)
            if number == 0:
                self._look(first=True)
            number += 1
        self._look(first=False)

    def _look(self, *, first: bool) -> None:
        for entrant in self._live():
            entrant.look(first=first)

    def _round(self, number: int, tuning: Tuning) -> None:
        cpu = self._places.cpu_of(self._block + number)
        self._places.keep_off(self._server.pids(), cpu)
        confined = self._confine(cpu)
        entrants = {entrant.contestant: entrant for entrant in self._entrants}
        for position, contestant in enumerate(matrix.round_order(self._plan, self._contest, self._block, number)):
            entrant = entrants[contestant]
            if entrant.live:
                entrant.timed_turn(tuning.turn(contestant), number, position, cpu if confined[contestant] else None)

    def _confine(self, cpu: int | None) -> dict[Contestant, bool]:
        """Put everyone in place for a round; which of them are confined to its CPU."""
        return {entrant.contestant: entrant.trial.place(self._places, cpu) for entrant in self._live()}


def _tuned(first: list[tuple[Entrant, TurnReads]]) -> Tuning | None:
    """Fly the pilots of all whose warm-up succeeded; None when nobody is left."""
    pilots = {entrant.contestant: entrant.pilot(reads) for entrant, reads in first if entrant.live}
    flown = {contestant: pilot for contestant, pilot in pilots.items() if pilot is not None}
    if not flown:
        return None
    return Tuning(pace.window(flown.values()), {who: pilot.edge_ns for who, pilot in flown.items()})


def _our_cpu_s() -> float:
    """CPU seconds of all that this run started, ended processes included, and of the session itself."""
    ours = tree.of(os.getpid())
    return tree.cpu_s(ours) + tree.reaped_cpu_s(ours)
