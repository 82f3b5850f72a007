"""Verdicts as plain sentences, the same on the console and in the report (pure).

Nothing is claimed that the intervals do not carry. Where a contest has a decision (`bench.judge.decision`) it comes
first: use this one, and how the others stand to it. Where it has none, a winner is named only when its verdict over the
runner-up is ``faster``; otherwise the leaders are a dead heat (``equivalent``) or undecided (``inconclusive``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.judge.decision import simpler
from bench.judge.stats import MIN_BLOCKS
from bench.model import CaseSummary, Comparison, Decision, Estimate, Summary


def ratio(estimate: Estimate) -> str:
    """``1.31× [1.18, 1.44]``, or ``1.31× (2 blocks, no interval)``."""
    if estimate.low is None or estimate.high is None:
        blocks = "one block" if estimate.blocks == 1 else f"{estimate.blocks} blocks"
        return f"{number(estimate.value)}× ({blocks}, no interval)"
    return f"{number(estimate.value)}× [{number(estimate.low)}, {number(estimate.high)}]"


def number(value: float) -> str:
    """Three significant digits, without exponent."""
    if value >= 99.95:
        return f"{value:,.0f}"
    if value >= 9.995:
        return f"{value:.1f}"
    if value >= 0.9995:
        return f"{value:.2f}"
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 2
    return f"{value:.{digits}f}"


def heading(workload: str, concurrency: int) -> str:
    """``http, 64 workers``."""
    return f"{workload}, {concurrency} worker{'' if concurrency == 1 else 's'}"


def of_contest(summary: Summary, workload: str, concurrency: int) -> str:
    """One sentence: who wins, by how much over the runner-up, or that it is a dead heat."""
    cases = [
        case
        for case in summary.cases
        if (case.workload, case.concurrency, case.copy) == (workload, concurrency, 1) and case["throughput_per_s"]
    ]
    pairs = {
        (pair.runner, pair.baseline): pair
        for pair in summary.comparisons
        if (pair.workload, pair.concurrency, pair.copy) == (workload, concurrency, 1)
    }
    decision = summary.decision((workload, concurrency))
    if decision is not None and decision.use is not None:
        return f"{heading(workload, concurrency)}: use {_use(decision, decision.use, pairs)}"
    return f"{heading(workload, concurrency)}: {_body(summary, cases, pairs)}"


def _use(decision: Decision, use: str, pairs: dict[tuple[str, str], Comparison]) -> str:
    """Who is to be used, and how the others stand to it: those within the margin first, then those behind it. And the
    simpler one that would be used instead if it were shown to be within the margin.
    """
    against = {other: pairs[use, other] for one, other in pairs if one == use and other not in decision.withheld}
    near = [other for other, pair in against.items() if pair.verdict != "faster"]
    behind = sorted((other for other in against if other not in near), key=lambda other: against[other].ratio.value)
    parts = [f"{use}, {_near(near, against)}"] if near else []
    if behind and not near:
        parts.append(f"{use}: {ratio(against[behind[0]].ratio)} {behind[0]}")
        behind = behind[1:]
    if behind:
        parts.append(f"ahead of {behind[0]}{_more(behind[1:])} by {ratio(against[behind[0]].ratio)}")
    parts += _instead(decision, use, pairs)
    parts += [f"no verdict on {_join(decision.withheld)}"] if decision.withheld else []
    return "; ".join(parts)


def _instead(decision: Decision, use: str, pairs: dict[tuple[str, str], Comparison]) -> list[str]:
    """The simpler one that may still be good enough, and by how much whoever keeps it from that may be faster."""
    other = simpler(decision)
    faster = {
        rival: pair.ratio.high
        for (rival, one), pair in pairs.items()
        if one == other and rival not in decision.withheld and pair.ratio.high is not None
    }
    if other is None or not faster:
        return []
    most = max(faster, key=lambda rival: (faster[rival], rival == use))
    than = "" if most == use else f" than {most}"
    return [f"{other} is simpler, and up to {_percent(faster[most] - 1)} slower{than}"]


def price(summary: Summary, workload: str, concurrency: int, margin: float) -> str:
    """What using it costs: its tail latency and memory against the runner that has least, where that is shown to be
    less by more than the margin; empty where the contest has no decision, or it costs nothing.

    Of those with as many workers: one that runs fewer waits less and holds less.
    """
    decision = summary.decision((workload, concurrency))
    if decision is None or decision.use is None:
        return ""
    workers = {
        case.runner: case.workers
        for case in summary.cases
        if (case.workload, case.concurrency, case.copy) == (workload, concurrency, 1)
    }
    pairs = [
        pair
        for pair in summary.comparisons
        if (pair.workload, pair.concurrency, pair.copy, pair.runner) == (workload, concurrency, 1, decision.use)
        and workers.get(pair.baseline) == workers[decision.use]
    ]
    parts = []
    for name, what in (("latency_p99_ms", "p99"), ("memory_bytes", "memory")):
        higher = [
            (told.ratio, pair.baseline)
            for pair in pairs
            if (told := pair.beside.get(name)) is not None
            and told.verdict == "higher"
            and (told.ratio.low or 0.0) > 1 + margin
        ]
        if higher:
            most, other = max(higher, key=lambda one: one[0].value)
            parts.append(f"its {what} is {ratio(most)} that of {other}")
    return "; ".join(parts)


def _more(names: Sequence[str]) -> str:
    return f" and {len(names)} more" if names else ""


def _near(names: Sequence[str], against: dict[str, Comparison]) -> str:
    """How near those are that are not shown to be slower: all of them as fast, or how much faster they are at most."""
    equal = [name for name in names if against[name].verdict == "equivalent"]
    others = [name for name in names if name not in equal]
    parts = []
    if equal:
        ends = [max(against[name].ratio.high or 1.0, 1 / (against[name].ratio.low or 1.0)) for name in equal]
        parts.append(f"within {_percent(max(ends) - 1)} of {_join(equal)}")
    if others:
        most = max(1 / (against[name].ratio.low or 1.0) for name in others)
        word = f"at most {_percent(most - 1)} slower than" if most > 1 else "not slower than"
        parts.append(f"{word} {_join(others)}")
    return " and ".join(parts)


def _percent(share: float) -> str:
    return f"{max(share, 0.001):.1%}" if share < 0.0095 else f"{math.ceil(share * 100 - 1e-9):.0f}%"


def _body(summary: Summary, cases: Sequence[CaseSummary], pairs: dict[tuple[str, str], Comparison]) -> str:
    if not cases:
        return "nothing was measured"
    ranked = _ranked(cases, pairs)
    first = ranked[0].runner
    if len(ranked) == 1:
        return f"only {first} was measured"
    others = [case.runner for case in ranked[1:] if (first, case.runner) in pairs]
    verdicts = {other: pairs[first, other].verdict for other in others}
    if not others or all(verdict is None for verdict in verdicts.values()):
        return _no_verdict(summary, ranked, first, others, pairs)
    level = [other for other in others if verdicts[other] == "equivalent"]
    open_ = [other for other in others if verdicts[other] == "inconclusive"]
    withheld = [other for other in others if verdicts[other] is None]
    behind = [other for other in others if verdicts[other] == "faster"]
    parts = []
    if level:
        parts.append(f"a dead heat between {_join([first, *level])}")
    elif behind and not open_:
        parts.append(f"{first} {ratio(pairs[first, behind[0]].ratio)} {behind[0]}")
        behind = behind[1:]
    if open_:
        lead = "undecided between" if not level else "undecided against"
        names = _join([first, *open_]) if not level else _join(open_)
        parts.append(f"{lead} {names} ({_apart([pairs[first, other].ratio for other in open_])})")
    if behind:
        nearest = behind[0]
        parts.append(f"ahead of {nearest}{_more(behind[1:])} by {ratio(pairs[first, nearest].ratio)}")
    if withheld:
        parts.append(f"no verdict on {_join(withheld)}")
    return "; ".join(parts)


def _apart(ratios: Sequence[Estimate]) -> str:
    """How far they may be apart, whichever is ahead: to the farthest end of an interval and not to its middle."""
    ends = [max(ratio.high, 1 / ratio.low) for ratio in ratios if ratio.low is not None and ratio.high is not None]
    return f"up to {number(max(ends))}× apart" if ends else "no interval"


def _ranked(cases: Sequence[CaseSummary], pairs: dict[tuple[str, str], Comparison]) -> list[CaseSummary]:
    """Cases by rate, the fastest first; a pair's verdict overrules the two rates, which are trimmed separately."""
    ranked = sorted(cases, key=lambda case: -case["throughput_per_s"].value if case["throughput_per_s"] else 0.0)
    for case in list(ranked[1:]):
        pair = pairs.get((ranked[0].runner, case.runner))
        if pair is not None and pair.verdict == "slower":
            ranked.remove(case)
            ranked.insert(0, case)
    return ranked


def _no_verdict(
    summary: Summary,
    ranked: Sequence[CaseSummary],
    first: str,
    others: Sequence[str],
    pairs: dict[tuple[str, str], Comparison],
) -> str:
    if not others:
        return f"{first} is the only one with a block of its own"
    lead = f"{first} {ratio(pairs[first, others[0]].ratio)} {others[0]}"
    blocks = pairs[first, others[0]].ratio.blocks
    if blocks < MIN_BLOCKS:
        return f"{lead}; no verdict, {MIN_BLOCKS} blocks are needed"
    invalid = {finding.id for finding in summary.findings if finding.severity == "invalid"}
    named = [name for case in ranked for name in case.findings if name in invalid]
    return f"no verdict ({', '.join(dict.fromkeys(named)) or 'withheld'})"


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
