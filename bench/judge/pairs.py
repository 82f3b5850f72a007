"""The pairs of a contest: ratios over the blocks that two contestants share, and their verdicts (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from bench.judge import beside, cases, passes, stats
from bench.judge.cases import Trials
from bench.judge.moderation import prior_of
from bench.model import Comparison, Contest, Contestant, Plan, Settings, StoredRun, TrialResult


def of_workload(
    contests: Sequence[Contest], trials: Mapping[tuple[str, int], Trials], settings: Settings
) -> list[Comparison]:
    """Every unordered pair of contestants that have a block in common; not judged yet."""
    return [pair for contest in contests for pair in _of_contest(contest, trials[contest.key], settings)]


def _of_contest(contest: Contest, trials: Trials, settings: Settings) -> list[Comparison]:
    """Its pairs, which tell about each other's noise (`bench.judge.moderation`)."""
    found = [
        (first, second, logs, mean_logs)
        for first, second in combinations(contest.contestants, 2)
        if _compared(first, second)
        for logs, mean_logs in [_logs(trials, second, first)]
        if logs
    ]
    prior = prior_of([logs for *_, logs, _ in found])
    return [
        Comparison(
            workload=contest.workload,
            concurrency=contest.concurrency,
            runner=second.runner,
            baseline=first.runner,
            ratio=stats.from_logs(logs, _confidence(settings, contest, len(logs)), prior),
            mean_ratio=stats.from_logs(mean_logs, _confidence(settings, contest, len(logs))),
            p=stats.p_value(logs, prior),
            verdict=None,
            copy=second.copy,
            beside=beside.of_pair(*_shared(trials, second, first), _confidence(settings, contest, len(logs))),
        )
        for first, second, logs, mean_logs in found
    ]


def _confidence(settings: Settings, contest: Contest, blocks: int) -> float:
    """Of the intervals of a contest that was looked at as often as these settings say."""
    if settings.precision is not None:
        return stats.stopped_confidence(settings.precision, blocks)
    return stats.two_looks(_size(contest))[1] if settings.further_blocks else stats.CONFIDENCE


def _alpha(settings: Settings, contest: Contest) -> float:
    """The adjusted p below which a verdict is given."""
    looks_twice = settings.further_blocks and settings.precision is None
    return stats.two_looks(_size(contest))[0] if looks_twice else stats.ALPHA


def _size(contest: Contest) -> int:
    return sum(contestant.copy == 1 for contestant in contest.contestants)


def _compared(first: Contestant, second: Contestant) -> bool:
    """A twin is compared with its original only."""
    return first.copy == 1 and (second.copy == 1 or second.runner == first.runner)


def log_ratios(run: StoredRun, baseline: str) -> dict[tuple[str, int], list[list[float]]]:
    """Contest -> for every headline case and the baseline: one log ratio per block."""
    grouped = cases.by_contest(run)
    found: dict[tuple[str, int], list[list[float]]] = {}
    for contest in run.plan.contests:
        for contestant in contest.contestants:
            if contestant.copy == 1 and contestant.runner != baseline:
                logs, _ = _logs(grouped[contest.key], contestant, Contestant(baseline))
                if logs:
                    found.setdefault(contest.key, []).append(logs)
    return found


def _shared(trials: Trials, one: Contestant, other: Contestant) -> tuple[list[TrialResult], list[TrialResult]]:
    """The trials of two contestants in the blocks in which both were measured."""
    ours = {trial.block: trial for trial in trials[one.runner, one.copy] if trial.status == "measured"}
    theirs = {trial.block: trial for trial in trials[other.runner, other.copy] if trial.status == "measured"}
    both = sorted(ours.keys() & theirs.keys())
    return [ours[block] for block in both], [theirs[block] for block in both]


def _logs(trials: Trials, one: Contestant, other: Contestant) -> tuple[list[float], list[float]]:
    """Log ratios of two contestants, one per block they share: typical, and of total ops over total time."""
    logs, mean_logs = [], []
    for ours, theirs in zip(*_shared(trials, one, other), strict=True):
        log = stats.paired_log_ratio(passes.rates(ours), passes.rates(theirs))
        mean_log = stats.paired_log_ratio(*({0: passes.mean_rate(trial) or 0.0} for trial in (ours, theirs)))
        if log is not None and mean_log is not None:
            logs.append(log)
            mean_logs.append(mean_log)
    return logs, mean_logs


def judged(pairs: Sequence[Comparison], plan: Plan) -> list[Comparison]:
    """All ordered pairs with verdicts; Holm over the unordered pairs of each contest, so both directions agree.

    A contest is one question with one answer, so it is the table in which a false word counts.
    """
    families: dict[tuple[str, int], dict[object, float]] = defaultdict(dict)
    for i, pair in enumerate(pairs):
        if pair.p is not None and pair.copy == 1:
            families[pair.workload, pair.concurrency][i] = pair.p
    adjusted = {i: p for family in families.values() for i, p in stats.holm(family).items()}
    floors = noise_floors(pairs)
    margin = plan.settings.margin
    alphas = {contest.key: _alpha(plan.settings, contest) for contest in plan.contests}
    found = []
    for i, pair in enumerate(beside.judged(pairs, margin, alphas)):
        p = adjusted.get(i, pair.p)
        floor = floors.get(pair.workload, 1.0) if pair.copy == 1 else 1.0
        alpha = alphas[pair.workload, pair.concurrency]
        one = replace(pair, p=p, verdict=stats.verdict(pair.ratio, p, margin, floor, alpha))
        found.append(one)
        if pair.copy == 1:
            ratio = pair.ratio.inverse()
            turned = replace(one, runner=pair.baseline, baseline=pair.runner, ratio=ratio)
            found.append(
                replace(
                    turned,
                    mean_ratio=pair.mean_ratio.inverse(),
                    beside=beside.turned(pair.beside),
                    verdict=stats.verdict(ratio, p, margin, floor, alpha),
                )
            )
    return found


def noise_floors(pairs: Sequence[Comparison]) -> dict[str, float]:
    """Workload label -> the factor by which identical contestants may seem to differ in this run.

    It is the end of the A/A twin's interval that is farther from 1; no smaller effect gets a verdict.
    """
    floors = {}
    for pair in pairs:
        if pair.copy != 1 and pair.ratio.low is not None and pair.ratio.high is not None:
            floors[pair.workload] = max(pair.ratio.high, 1 / pair.ratio.low, 1.0)
    return floors
