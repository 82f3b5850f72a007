"""Which runner to use in a contest: the simplest that is as good as the fastest (pure).

A runner is good enough when no other is more than the margin faster, up to the ends of the intervals: each ratio of
another over it has its upper end within 1 + margin. Of those the simplest is named. That is choosing the best of
several with an indifference zone (Bechhofer 1954; Even-Dar, Mannor & Mansour 2006: an epsilon-best arm), by intervals
that are there already. A wide interval names nobody, so imprecision is not rewarded; and a runner that is truly more
than the margin slower than the best is named only where the interval of their ratio misses the truth at that end,
which 95 % intervals do in 2.5 %. In simulations (tests) it is named in less than 5 % of contests.

When nobody is good enough, those stay in question that no other is shown to be faster than by more than the margin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.model import Comparison, Decision

EFFORT = ("sync", "threads", "asyncio", "uvloop", "processes")
"""From the simplest: plain code as it stands; the same code in threads; coroutines; a library more for them; and a
process for every worker, whose memory is paid as often and to which values must be carried. Others come last."""


def decided(
    workload: str, concurrency: int, runners: Sequence[str], comparisons: Iterable[Comparison], margin: float
) -> Decision:
    """The decision of one contest.

    Args:
        runners: who was measured, without twins.
        comparisons: of this contest, from both sides, judged. Whoever has no verdict against anybody takes no part.
    """
    pairs = {(pair.runner, pair.baseline): pair for pair in comparisons if pair.copy == 1}
    judged = [one for one in runners if len(runners) == 1 or _has_verdicts(one, runners, pairs)]
    withheld = tuple(one for one in runners if one not in judged)
    whole = all((a, b) in pairs and pairs[a, b].verdict is not None for a in judged for b in judged if a != b)
    others = {one: [other for other in judged if other != one] for one in judged}
    good = [one for one in judged if whole and all(_fits(pairs[other, one], margin) for other in others[one])]
    asked = [one for one in judged if not any(_exceeds(pairs.get((other, one)), margin) for other in others[one])]
    good.sort(key=_effort)
    return Decision(workload, concurrency, good[0] if good else None, tuple(good), tuple(asked), withheld)


def simpler(decision: Decision) -> str | None:
    """The simplest runner that more time may show to be good enough instead of the one to be used."""
    asked = [one for one in decision.asked if decision.use is not None and _effort(one) < _effort(decision.use)]
    return min(asked, key=_effort, default=None)


def _has_verdicts(one: str, runners: Sequence[str], pairs: Mapping[tuple[str, str], Comparison]) -> bool:
    return any((one, other) in pairs and pairs[one, other].verdict is not None for other in runners)


def _fits(faster: Comparison, margin: float) -> bool:
    """Whether the first of a pair is within the margin at most faster, up to the end of its interval."""
    return faster.ratio.high is not None and faster.ratio.high <= 1 + margin


def _exceeds(pair: Comparison | None, margin: float) -> bool:
    """Whether the first of a pair is shown to be more than the margin faster."""
    return pair is not None and pair.verdict == "faster" and (pair.ratio.low or 0.0) > 1 + margin


def _effort(runner: str) -> tuple[int, str]:
    return (EFFORT.index(runner) if runner in EFFORT else len(EFFORT), runner)
