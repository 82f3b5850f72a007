"""What the two charts of latencies share: the caption's counts and the table of percentiles."""

from __future__ import annotations

from bench.model import CaseSummary
from reports.numbers import tables, units
from reports.numbers.index import Index

MS = 1e-3
NAMES = {"p50": "p50", "p90": "p90", "p99": "p99", "p99_9": "p99.9", "max": "largest"}


def counts(cases: tuple[CaseSummary, ...]) -> str:
    """``6 blocks; 1,200 to 9,400 ops per runner``."""
    if not cases:
        return "nothing was measured"
    blocks = sorted({case.blocks for case in cases})
    ops = sorted(case.ops for case in cases)
    shown = f"{blocks[0]}" if len(blocks) == 1 else f"{blocks[0]} to {blocks[-1]}"
    span = f"{ops[0]:,}" if ops[0] == ops[-1] else f"{ops[0]:,} to {ops[-1]:,}"
    return f"{shown} block{'' if shown == '1' else 's'}; {span} ops per runner"


def table(index: Index, workload: str, level: int) -> tables.Table:
    """One row per runner; the largest latency has the range of the blocks' largest in place of an interval."""
    lines = []
    for case in index.contest(workload, level):
        reason = case.reason or "fewer than 10 ops beyond"
        cells = [tables.figure(case[f"latency_{name}_ms"], units.seconds_scale, MS, reason) for name in NAMES]
        mean = tables.figure(case["latency_mean_ms"], units.seconds_scale, MS, case.reason or "no op succeeded")
        lines.append([tables.word(case.runner), tables.count(case.ops), mean, *cells])
    columns = [
        tables.Column("runner", "runner"),
        tables.Column("ops", "ops", number=True),
        tables.Column("mean_ms", "mean", estimate=True),
        *(
            tables.Column(f"{name}_ms", title if name != "max" else "largest [range of the blocks' largest]", True)
            for name, title in NAMES.items()
        ),
    ]
    return tables.of(f"Latency of {workload}, C = {level}", columns, lines)
