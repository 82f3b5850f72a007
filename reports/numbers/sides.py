"""The two sides of a comparison: which runs stand for each, and what keeps them from being judged (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.judge import stats
from bench.judge.metrics import Metric
from reports.numbers import blocks, environment
from reports.numbers.index import Index, Key

AHEAD = 2
"""Runs by which one side may be ahead of the other in time: A A B B A A B B, but not A A A B B B."""


@dataclass(frozen=True)
class Side:
    """Runs of one and the same thing. letter: A is what ratios stand on, B what is compared with it."""

    letter: str
    runs: tuple[Index, ...] = field(repr=False)

    @property
    def named(self) -> dict[str, Index]:
        """``A`` for a single run, ``A1``, ``A2`` … for several."""
        alone = len(self.runs) == 1
        return {self.letter if alone else f"{self.letter}{number}": run for number, run in enumerate(self.runs, 1)}

    def values(self, key: Key, metric: Metric) -> list[float]:
        """A metric of a case, one value for each run that has it: the geometric mean over the run's blocks."""
        found = (
            stats.over_blocks(list(blocks.values(run.trials.get((*key, 1), ()), metric).values())) for run in self.runs
        )
        return [estimate.value for estimate in found if estimate]

    def measured(self, key: Key) -> bool:
        """Whether any run has a rate of the case."""
        return any(run.cases[key]["throughput_per_s"] for run in self.runs if key in run.cases)


def machine(a: Side, b: Side) -> tuple[str, ...]:
    """Facts of the machine in which any run differs from the first."""
    first, *others = (run.stored.environment for run in (*a.runs, *b.runs))
    return tuple(dict.fromkeys(fact for other in others for fact in environment.other_machine(first, other)))


def unlike(side: Side) -> str:
    """Why the runs of a side are not of one thing; empty when they are."""
    first, *others = (run.stored.environment for run in side.runs)
    facts = dict.fromkeys(fact for other in others for fact in environment.other_subject(first, other))
    return f"the runs of {side.letter} differ among themselves ({', '.join(facts)})" if facts else ""


def out_of_turn(a: Side, b: Side) -> str:
    """Why time and side cannot be told apart; empty when the runs took turns.

    A change of the machine falls on both sides alike only where their runs alternate. On a machine whose speed walks
    by 5 % from run to run, Welch at 5 % calls equal code different in 52 % of comparisons where all of A came first,
    in 9 % with A A A B B B A A A B B B, in 2 % with A A B B and in none with A B A B (6 + 6 runs, simulated).
    """
    if lead(*([run.stored.started for run in side.runs] for side in (a, b))) <= AHEAD:
        return ""
    return (
        f"the runs of {a.letter} and {b.letter} did not alternate in time, so a change of the machine in between "
        "looks like one of theirs"
    )


def lead(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Most runs by which either side was ahead at any time, were both as many as the smaller.

    Args:
        ours, theirs: when each run started, as ISO 8601 in UTC.
    """
    ends = [
        abs(sum(start <= now for start in ours) / len(ours) - sum(start <= now for start in theirs) / len(theirs))
        for now in {*ours, *theirs}
    ]
    return round(min(len(ours), len(theirs)) * max(ends), 9)
