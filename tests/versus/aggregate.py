"""Outcomes of pairs -> what each tool is worth, as numbers and as a Markdown table (pure)."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["identical", "5 % more work"]
KINDS: tuple[Kind, ...] = ("identical", "5 % more work")
TRUE_RATIO: dict[Kind, float] = {"identical": 1.0, "5 % more work": 1.05}

OURS = "deadheat"
SHARE_OF_OTHERS = 1 / 5
FALSE_ALARMS = 0.05
DETECTIONS = 0.90


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reading of one tool said about one pair.

    reading: the tool, and which of its figures where it offers several.
    ratio: time of the second over time of the first.
    different: the verdict; None when the tool gives none.
    wall_s: of the tool's whole run for this pair, start-up included; readings of one run share it.
    """

    reading: str
    kind: Kind
    pair: int
    ratio: float
    different: bool | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class Line:
    """One reading and kind over all pairs.

    spread: standard deviation of the log ratio. farthest: largest distance of a log ratio from the truth's.
    called: share of pairs called different; for unequal pairs only those called in the right direction.
        None when the tool gives no verdict.
    """

    reading: str
    kind: Kind
    pairs: int
    ratio: float
    spread: float
    farthest: float
    called: float | None
    wall_s: float


def lines(outcomes: Iterable[Outcome]) -> list[Line]:
    """One line per kind and reading, in the order in which readings first appear."""
    kept = list(outcomes)
    readings = dict.fromkeys(outcome.reading for outcome in kept)
    return [
        _line([outcome for outcome in kept if (outcome.reading, outcome.kind) == (reading, kind)])
        for kind in KINDS
        for reading in readings
        if any((outcome.reading, outcome.kind) == (reading, kind) for outcome in kept)
    ]


def _line(outcomes: Sequence[Outcome]) -> Line:
    first = outcomes[0]
    logs = [math.log(outcome.ratio) for outcome in outcomes]
    truth = math.log(TRUE_RATIO[first.kind])
    verdicts = [_right(outcome) for outcome in outcomes if outcome.different is not None]
    return Line(
        reading=first.reading,
        kind=first.kind,
        pairs=len(logs),
        ratio=math.exp(statistics.fmean(logs)),
        spread=statistics.stdev(logs) if len(logs) > 1 else math.nan,
        farthest=max(abs(log - truth) for log in logs),
        called=sum(verdicts) / len(verdicts) if verdicts else None,
        wall_s=statistics.fmean(outcome.wall_s for outcome in outcomes),
    )


def _right(outcome: Outcome) -> bool:
    """Whether the pair counts as called: different, and where there is a difference, in its direction."""
    return bool(outcome.different) and (TRUE_RATIO[outcome.kind] == 1 or outcome.ratio > 1)


def markdown(summary: Sequence[Line]) -> str:
    """The table of the README."""
    ours = {line.kind: line.spread for line in summary if line.reading == OURS}
    rows = [
        "| code | tool | pairs | ratio | spread | x ours | farthest off | called different | wall per pair |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for line in summary:
        called = "gives none" if line.called is None else f"{line.called:.0%}"
        rows.append(
            f"| {line.kind} | {line.reading} | {line.pairs} | {line.ratio:.3f} | {line.spread:.2%} "
            f"| {_times(line.spread, ours.get(line.kind))} | {line.farthest:.1%} | {called} | {line.wall_s:.1f} s |"
        )
    return "\n".join(rows)


def _times(spread: float, ours: float | None) -> str:
    return f"{spread / ours:.1f}" if ours and math.isfinite(spread) else "-"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One aim, what was measured, and whether it is reached."""

    aim: str
    measured: str
    reached: bool


def judge(summary: Sequence[Line]) -> list[Judgement]:
    """The aims of this harness held against a summary; of what it does not hold nothing is said."""
    table = {(line.reading, line.kind): line for line in summary}
    same, more = (table.get((OURS, kind)) for kind in KINDS)
    others = [
        line for line in summary if line.kind == "identical" and line.reading != OURS and _names_a_spread(line.reading)
    ]
    found = []
    if same and others:
        nearest = min(others, key=lambda line: line.spread)
        found.append(
            Judgement(
                "spread of identical code at most a fifth of the others'",
                f"{same.spread:.2%} against {nearest.spread:.2%} of {nearest.reading}, the smallest: "
                f"1/{nearest.spread / same.spread:.1f}",
                same.spread <= SHARE_OF_OTHERS * nearest.spread,
            )
        )
    if same:
        found.append(
            Judgement(
                "identical code called different in at most 5 % of pairs",
                f"{same.called or 0:.0%} of {same.pairs}",
                (same.called or 0) <= FALSE_ALARMS,
            )
        )
    if more:
        found.append(
            Judgement(
                "5 % more work found in at least 90 % of pairs",
                f"{more.called or 0:.0%} of {more.pairs}",
                (more.called or 0) >= DETECTIONS,
            )
        )
    return found


def _names_a_spread(reading: str) -> bool:
    """The figures the aim speaks of: pyperf's mean, pytest-benchmark's mean and median."""
    return reading == "pyperf" or reading.endswith(("mean", "median"))
