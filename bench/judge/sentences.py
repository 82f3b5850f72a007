"""Verdicts as plain sentences, the same on the console and in the report (pure).

Nothing is claimed that the intervals do not carry: a winner is named only when its verdict over the runner-up is
``faster``; otherwise the leaders are a dead heat (``equivalent``) or undecided (``inconclusive``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.judge.stats import MIN_BLOCKS
from bench.model import CaseSummary, Comparison, Estimate, Summary


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
    return f"{heading(workload, concurrency)}: {_body(summary, cases, pairs)}"


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
        rest = f" and {len(behind) - 1} more" if len(behind) > 1 else ""
        parts.append(f"ahead of {nearest}{rest} by {ratio(pairs[first, nearest].ratio)}")
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
