"""A table per workload, for an issue, a pull request or a chat."""

from __future__ import annotations

from bench.judge import sentences
from bench.model import CaseSummary, Comparison, StoredRun, Summary


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. Ratios are to the run's baseline."""
    baseline = run.plan.settings.baseline
    ratios = {
        (pair.workload, pair.concurrency, pair.runner): pair
        for pair in summary.comparisons
        if pair.baseline == baseline and pair.copy == 1
    }
    parts = []
    for spec in run.plan.workloads:
        parts += [f"### {_plain(spec.label)}", "", f"| C | runner | ops/s | vs {baseline} | p50 | p99 | memory |"]
        parts += ["|---:|---|---:|---:|---:|---:|---:|"]
        parts += [
            _row(case, ratios.get(case.key), baseline)
            for case in summary.cases
            if case.workload == spec.label and case.copy == 1
        ]
        parts += ["", *(_sentences(run, summary, spec.label)), ""]
    return "\n".join(parts)


def _row(case: CaseSummary, pair: Comparison | None, baseline: str) -> str:
    rate = case["throughput_per_s"]
    if rate is None:
        return f"| {case.concurrency} | {case.runner} | {case.status} | | | | |"
    against = "baseline" if case.runner == baseline else sentences.ratio(pair.ratio) if pair else ""
    memory = case.value("memory_bytes")
    held = "" if memory is None else f"{memory / 2**20:.1f} MiB"
    cells = [sentences.number(rate.value), against, _ms(case, "p50"), _ms(case, "p99"), held]
    return f"| {case.concurrency} | {case.runner} | {' | '.join(cells)} |"


def _ms(case: CaseSummary, percentile: str) -> str:
    value = case.value(f"latency_{percentile}_ms")
    return "" if value is None else f"{sentences.number(value)} ms"


def _sentences(run: StoredRun, summary: Summary, workload: str) -> list[str]:
    return [
        f"- {_plain(sentences.of_contest(summary, workload, contest.concurrency))}"
        for contest in run.plan.contests_of(workload)
    ]


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}<>#|" else letter for letter in text)
