"""A stored run -> what it says: every case over its blocks, every pair of a contest, the findings (pure).

This is the one place where the numbers of the console, the JSON document and the report come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from bench.judge import findings, stats
from bench.model import (
    CaseSummary,
    Comparison,
    Contest,
    Contestant,
    Estimate,
    Finding,
    Summary,
    TrialResult,
    TurnResult,
)
from bench.results.store import StoredRun

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99_9": 0.999}
LAG_PERCENTILES = {"p50": 0.5, "p99": 0.99}

_Trials = dict[tuple[str, int], list[TrialResult]]
"""(runner, copy) -> its trials, one per block."""


def summarise(run: StoredRun) -> Summary:
    """Work out everything a reader is told about a run."""
    grouped = _grouped(run)
    blocks = len({trial.block for trial in run.trials})
    confidence = stats.stopped_confidence(run.plan.settings.precision, blocks)
    cases: list[CaseSummary] = []
    pairs: list[Comparison] = []
    for contest in run.plan.contests:
        trials = grouped[contest.workload, contest.concurrency]
        cases += _cases(run, contest, trials)
        pairs += _pairs(contest, trials, confidence)
    comparisons = _judged(pairs, run.plan.settings.margin)
    found = findings.find(run, cases, comparisons)
    return Summary(
        cases=tuple(replace(case, findings=_ids_of(case, found)) for case in cases),
        comparisons=tuple(_withheld(comparison, found) for comparison in comparisons),
        findings=tuple(found),
        timed_share=_share(run, sum(turn.window_s for trial in run.trials for turn in trial.turns)),
        window_share=_share(
            run, sum(trial.side_window_s + sum(turn.window_s for turn in trial.turns) for trial in run.trials)
        ),
    )


def _grouped(run: StoredRun) -> dict[tuple[str, int], _Trials]:
    """(workload label, concurrency) -> its trials by contestant."""
    grouped: dict[tuple[str, int], _Trials] = defaultdict(lambda: defaultdict(list))
    for trial in run.trials:
        grouped[trial.workload, trial.concurrency][trial.runner, trial.copy].append(trial)
    return grouped


def _share(run: StoredRun, seconds: float) -> float | None:
    return seconds / run.elapsed_s if run.elapsed_s > 0 else None


def _cases(run: StoredRun, contest: Contest, trials: _Trials) -> list[CaseSummary]:
    """The cells of one contest in the order in which runners were asked for, A/A twins after their original."""
    summaries = []
    for runner in run.plan.settings.runners:
        if runner in contest.absent:
            absence = contest.absent[runner]
            summaries.append(_empty(run, contest, Contestant(runner), absence.status, absence.reason))
        for contestant in contest.contestants:
            if contestant.runner == runner:
                summaries.append(_case(run, contest, contestant, trials[contestant.runner, contestant.copy]))
    return summaries


def _case(run: StoredRun, contest: Contest, contestant: Contestant, trials: Sequence[TrialResult]) -> CaseSummary:
    if not trials:
        return _empty(run, contest, contestant, "failed", f"the run ended before it was measured ({run.stopped})")
    measured = [trial for trial in trials if trial.status == "measured" and trial.turns]
    lost = next((trial.reason for trial in trials if trial.status == "failed"), "")
    spec = run.plan.workload(contest.workload)
    turns = [turn for trial in measured for turn in trial.turns]
    everything = [turn for trial in trials for turn in trial.turns]
    latency = [trial.latency for trial in measured]
    lag = [trial.lag for trial in measured]
    servers = [(turn.server_cpu_s, turn.wall_s) for turn in turns if turn.server_cpu_s is not None]
    return CaseSummary(
        workload=contest.workload,
        name=spec.name,
        parameters=spec.parameters,
        concurrency=contest.concurrency,
        runner=contestant.runner,
        copy=contestant.copy,
        workers=trials[0].workers,
        status="measured" if measured else "failed",
        reason=lost,
        blocks=len(measured),
        ops=sum(turn.completed - turn.errors for turn in turns),
        errors=sum(turn.errors for turn in everything) or sum(sum(trial.messages.values()) for trial in trials),
        turns=len(turns),
        window_s=sum(turn.window_s for turn in turns),
        messages=_merge_messages(trials),
        throughput_per_s=_per_block(measured, lambda trial: stats.typical_rate(pass_rates(trial))),
        mean_per_s=_per_block(measured, _mean_rate),
        mean_over_typical=_per_block(measured, _mean_over_typical),
        latency_ms={
            **{name: _ms(stats.percentile(latency, q)) for name, q in PERCENTILES.items()},
            "max": _ms(stats.maximum([max(turn.latency_max_s for turn in trial.turns) for trial in measured])),
        },
        latency_mean_ms=_ms(_per_block(measured, _mean_latency_s)),
        lag_ms={name: _ms(stats.percentile(lag, q)) for name, q in LAG_PERCENTILES.items()},
        lag_max_ms=max((trial.lag_max_s for trial in measured), default=0.0) * 1e3 if measured else None,
        memory_bytes=_per_block(measured, lambda trial: float(trial.memory.total_bytes) if trial.memory else None),
        cpu_s_per_op=_per_block(measured, lambda trial: _ratio(trial, _cpu_s, lambda turn: turn.all_ops)),
        cores_used=_per_block(measured, lambda trial: _ratio(trial, _cpu_s, lambda turn: turn.wall_s)),
        startup_s=_per_block(measured, lambda trial: trial.facts.get("launch_s", 0.0) + trial.facts.get("open_s", 0.0)),
        little=_little(turns, trials[0].workers),
        fairness=sum(turn.fairness for turn in turns) / len(turns) if turns else None,
        server_cores=sum(cpu for cpu, _ in servers) / sum(wall for _, wall in servers) if servers else None,
        in_flight_max=max((trial.counters.get("in_flight_max", 0) for trial in measured), default=0) or None,
        connections=max((trial.counters.get("connections", 0) for trial in measured), default=0) or None,
    )


def _empty(run: StoredRun, contest: Contest, contestant: Contestant, status: str, reason: str) -> CaseSummary:
    spec = run.plan.workload(contest.workload)
    return CaseSummary(
        workload=contest.workload, name=spec.name, parameters=spec.parameters, concurrency=contest.concurrency,
        runner=contestant.runner, copy=contestant.copy, workers=contest.concurrency,
        status=status, reason=reason, blocks=0,  # type: ignore[arg-type]
        ops=0, errors=0, turns=0, window_s=0.0, messages={}, throughput_per_s=None, mean_per_s=None,
        mean_over_typical=None,
        latency_ms=dict.fromkeys([*PERCENTILES, "max"]), latency_mean_ms=None,
        lag_ms=dict.fromkeys(LAG_PERCENTILES), lag_max_ms=None, memory_bytes=None, cpu_s_per_op=None,
        cores_used=None, startup_s=None, little=None, fairness=None, server_cores=None, in_flight_max=None,
        connections=None,
    )  # fmt: skip


def _per_block(trials: Iterable[TrialResult], figure: Callable[[TrialResult], float | None]) -> Estimate | None:
    return stats.over_blocks([value for trial in trials if (value := figure(trial)) is not None])


def pass_rates(trial: TrialResult) -> dict[tuple[int, int], float]:
    """(round, pass) -> rate; a round passes through its contestants twice: in shuffled order, and back.

    Pairs are formed within a pass, where two turns are neighbours in time. What drifts from one to the other
    in the first pass drifts the other way in the second, and leaves their mean.
    """
    taken: dict[int, int] = defaultdict(int)
    rates = {}
    for turn in sorted(trial.turns, key=lambda turn: (turn.round, turn.position)):
        rates[turn.round, taken[turn.round]] = turn.ops / turn.window_s
        taken[turn.round] += 1
    return rates


def _mean_rate(trial: TrialResult) -> float | None:
    return _ratio(trial, lambda turn: turn.ops, lambda turn: turn.window_s)


def _mean_latency_s(trial: TrialResult) -> float | None:
    """Mean latency of the ops credited to the windows."""
    return _ratio(trial, lambda turn: turn.op_time_s, lambda turn: turn.ops)


def _cpu_s(turn: TurnResult) -> float:
    return turn.cpu_s


def _ratio(
    trial: TrialResult, over: Callable[[TurnResult], float], under: Callable[[TurnResult], float]
) -> float | None:
    total = sum(under(turn) for turn in trial.turns)
    return sum(over(turn) for turn in trial.turns) / total if total else None


def _little(turns: Sequence[TurnResult], workers: int) -> float | None:
    """Throughput x mean latency / workers (Little's law): the share of time in which workers were in an op."""
    window_s = sum(turn.window_s for turn in turns)
    if not window_s or any(turn.errors for turn in turns):
        return None
    return sum(turn.op_time_s for turn in turns) / window_s / workers


def _mean_over_typical(trial: TrialResult) -> float | None:
    mean, typical = _mean_rate(trial), stats.typical_rate(pass_rates(trial))
    return mean / typical if mean and typical else None


def _merge_messages(trials: Iterable[TrialResult]) -> dict[str, int]:
    merged: dict[str, int] = defaultdict(int)
    for trial in trials:
        for text, count in trial.messages.items():
            merged[text] += count
    return dict(sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:20])


def log_ratios(run: StoredRun, baseline: str) -> list[list[float]]:
    """For every headline case and the baseline of its contest: one log ratio per block."""
    grouped = _grouped(run)
    return [
        logs
        for contest in run.plan.contests
        for contestant in contest.contestants
        if contestant.copy == 1 and contestant.runner != baseline
        if (logs := _logs(grouped[contest.workload, contest.concurrency], contestant, Contestant(baseline))[0])
    ]


def _pairs(contest: Contest, trials: _Trials, confidence: float) -> list[Comparison]:
    """Every unordered pair of contestants that have a block in common; not judged yet."""
    pairs = []
    for first, second in combinations(contest.contestants, 2):
        if first.copy != 1 or (second.copy != 1 and second.runner != first.runner):
            continue  # a twin is compared with its original only
        logs, mean_logs = _logs(trials, second, first)
        if logs:
            pairs.append(
                Comparison(
                    contest.workload,
                    contest.concurrency,
                    second.runner,
                    first.runner,
                    stats.from_logs(logs, confidence),
                    stats.from_logs(mean_logs, confidence),
                    stats.p_value(logs),
                    None,
                    second.copy,
                )  # fmt: skip
            )
    return pairs


def _logs(trials: _Trials, one: Contestant, other: Contestant) -> tuple[list[float], list[float]]:
    """Log ratios of two contestants, one per block they share: typical, and of total ops over total time."""
    ours = {trial.block: trial for trial in trials[one.runner, one.copy] if trial.status == "measured"}
    theirs = {trial.block: trial for trial in trials[other.runner, other.copy] if trial.status == "measured"}
    logs, mean_logs = [], []
    for block in sorted(ours.keys() & theirs.keys()):
        log = stats.paired_log_ratio(pass_rates(ours[block]), pass_rates(theirs[block]))
        mean_log = stats.paired_log_ratio({0: _mean_rate(ours[block]) or 0.0}, {0: _mean_rate(theirs[block]) or 0.0})
        if log is not None and mean_log is not None:
            logs.append(log)
            mean_logs.append(mean_log)
    return logs, mean_logs


def _judged(pairs: Sequence[Comparison], margin: float) -> list[Comparison]:
    """All ordered pairs with verdicts; Holm over the unordered pairs of each contest, so both directions agree.

    A contest is one question with one answer, so it is the table in which a false word counts.
    """
    families: dict[tuple[str, int], dict[object, float]] = defaultdict(dict)
    for i, pair in enumerate(pairs):
        if pair.p is not None and pair.copy == 1:
            families[pair.workload, pair.concurrency][i] = pair.p
    adjusted = {i: p for family in families.values() for i, p in stats.holm(family).items()}
    floors = noise_floors(pairs)
    judged = []
    for i, pair in enumerate(pairs):
        p = adjusted.get(i, pair.p)
        floor = floors.get(pair.workload, 1.0) if pair.copy == 1 else 1.0
        one = replace(pair, p=p, verdict=stats.verdict(pair.ratio, p, margin, floor))
        judged.append(one)
        if pair.copy == 1:
            ratio, mean = _inverse(pair.ratio), _inverse(pair.mean_ratio)
            judged.append(
                replace(
                    one,
                    runner=pair.baseline,
                    baseline=pair.runner,
                    ratio=ratio,
                    mean_ratio=mean,
                    verdict=stats.verdict(ratio, p, margin, floor),
                )
            )
    return judged


def noise_floors(pairs: Sequence[Comparison]) -> dict[str, float]:
    """Workload label -> the factor by which identical contestants may seem to differ in this run.

    It is the end of the A/A twin's interval that is farther from 1; no smaller effect gets a verdict.
    """
    floors = {}
    for pair in pairs:
        if pair.copy != 1 and pair.ratio.low is not None and pair.ratio.high is not None:
            floors[pair.workload] = max(pair.ratio.high, 1 / pair.ratio.low, 1.0)
    return floors


def _inverse(ratio: Estimate) -> Estimate:
    return Estimate(
        1 / ratio.value,
        None if ratio.high is None else 1 / ratio.high,
        None if ratio.low is None else 1 / ratio.low,
        ratio.blocks,
    )


def _ids_of(case: CaseSummary, found: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.id for finding in found if case.key in finding.cases))


def _withheld(comparison: Comparison, found: Sequence[Finding]) -> Comparison:
    """No verdict where a finding says that one of the two numbers is invalid."""
    keys = {(comparison.workload, comparison.concurrency, who) for who in (comparison.runner, comparison.baseline)}
    invalid = any(finding.severity == "invalid" and keys & set(finding.cases) for finding in found)
    return replace(comparison, verdict=None) if invalid else comparison


def _ms(estimate: Estimate | None) -> Estimate | None:
    """Seconds to milliseconds."""
    if estimate is None:
        return None
    return Estimate(
        estimate.value * 1e3,
        None if estimate.low is None else estimate.low * 1e3,
        None if estimate.high is None else estimate.high * 1e3,
        estimate.blocks,
    )
