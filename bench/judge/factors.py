"""One ratio split into those of model, library and loop, where a run has the idiomatic client and a raw one (pure).

asyncio on uvloop with its library over threads with theirs is a product:

    whole    uvloop over threads, each with the library people use
    model    asyncio over threads, both raw: the same bytes and the same parser
    loop     uvloop over asyncio, both raw
    library  what remains: whole / (model x loop), block by block

In logs the factors of a block add up to its whole, and so do their means, which are the estimates: they multiply to the
whole exactly. The two clients are measured in contests of their own, which share blocks and not turns, so the library's
interval is the widest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.judge import cases, passes, sentences, stats
from bench.judge.cases import Trials
from bench.model import Estimate, PairKey, StoredRun, Summary, Verdict, WorkloadSpec

PARAMETER, IDIOMATIC, RAW = "client", "idiomatic", "raw"
SLOW, MODEL, LOOP = "threads", "asyncio", "uvloop"


@dataclass(frozen=True, slots=True)
class Factor:
    """``model``, ``library`` or ``loop``; its verdict is adjusted by Holm over the factors of its split."""

    name: str
    ratio: Estimate
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Split:
    """Throughput of ``runner`` over that of threads, and the factors it is the product of.

    workload: label of the idiomatic one. withheld: findings that make a ratio of it invalid, so that none is judged.
    runner: uvloop, or asyncio where there is none, and then no loop's factor.
    """

    workload: str
    concurrency: int
    runner: str
    whole: Estimate
    factors: tuple[Factor, ...]
    libraries: dict[str, str]
    withheld: tuple[str, ...] = ()


def of_run(run: StoredRun, summary: Summary) -> list[Split]:
    """Every contest that can be split, in the order of the plan."""
    grouped, found = cases.by_contest(run), []
    for idiomatic, raw in _counterparts(run.plan.workloads):
        levels = {contest.concurrency for contest in run.plan.contests_of(raw.label)}
        for contest in run.plan.contests_of(idiomatic.label):
            level = contest.concurrency
            if level in levels:
                split = _split(run, idiomatic, level, grouped[idiomatic.label, level], grouped[raw.label, level])
                found += [_judged(split, raw.label, summary)] if split else []
    return found


def _counterparts(workloads: Sequence[WorkloadSpec]) -> Iterator[tuple[WorkloadSpec, WorkloadSpec]]:
    """Workloads that differ in their client alone."""
    for one in workloads:
        for other in workloads:
            wanted = {**one.parameters, PARAMETER: RAW}
            if one.parameters.get(PARAMETER) == IDIOMATIC and (one.name, wanted) == (other.name, other.parameters):
                yield one, other


def _judged(split: Split, raw: str, summary: Summary) -> Split:
    """The split without verdicts where a finding withholds that of a ratio it is made of."""

    def pair(workload: str, one: str, other: str) -> PairKey:
        return frozenset((workload, split.concurrency, runner) for runner in (one, other))

    used = [pair(split.workload, split.runner, SLOW), pair(raw, MODEL, SLOW), pair(raw, split.runner, MODEL)]
    withheld = [
        finding.id
        for finding in summary.findings
        if finding.severity == "invalid"
        and any(key in finding.pairs if finding.pairs else key & set(finding.cases) for key in used)
    ]
    if not withheld:
        return split
    unjudged = tuple(replace(factor, verdict=None) for factor in split.factors)
    return replace(split, factors=unjudged, withheld=tuple(dict.fromkeys(withheld)))


def _split(run: StoredRun, spec: WorkloadSpec, level: int, idiomatic: Trials, raw: Trials) -> Split | None:
    loop = _logs(raw, LOOP, MODEL)
    fast = LOOP if loop else MODEL
    whole, model = _logs(idiomatic, fast, SLOW), _logs(raw, MODEL, SLOW)
    blocks = sorted(whole.keys() & model.keys() & (loop.keys() if loop else model.keys()))
    if not blocks:
        return None
    logs = {
        "model": [model[block] for block in blocks],
        "library": [whole[block] - model[block] - loop.get(block, 0.0) for block in blocks],
        "loop": [loop[block] for block in blocks] if loop else [],
    }
    confidence = stats.stopped_confidence(run.plan.settings.precision, len(blocks))
    ratios = {name: stats.from_logs(values, confidence) for name, values in logs.items() if values}
    p_values: dict[object, float] = {name: p for name in ratios if (p := stats.p_value(logs[name])) is not None}
    adjusted = stats.holm(p_values)
    return Split(
        workload=spec.label,
        concurrency=level,
        runner=fast,
        whole=stats.from_logs([whole[block] for block in blocks], confidence),
        factors=tuple(
            Factor(name, ratio, stats.verdict(ratio, adjusted.get(name), run.plan.settings.margin))
            for name, ratio in ratios.items()
        ),
        libraries=spec.libraries,
    )


def _logs(trials: Trials, one: str, other: str) -> dict[int, float]:
    """Block -> log ratio of the throughputs of two runners in one contest."""
    ours, theirs = (
        {trial.block: passes.rates(trial) for trial in trials.get((runner, 1), ()) if trial.status == "measured"}
        for runner in (one, other)
    )
    return {
        block: log
        for block in ours.keys() & theirs.keys()
        if (log := stats.paired_log_ratio(ours[block], theirs[block])) is not None
    }


def sentence(split: Split) -> str:
    """``http, 64 workers: uvloop with aiohttp over threads with urllib3 is 3.10× […] = 1.20× […] model × …``."""
    libraries = split.libraries
    over = f"{_with(split.runner, libraries.get('coroutine'))} over {_with(SLOW, libraries.get('blocking'))}"
    product = " × ".join(f"{sentences.ratio(factor.ratio)} {factor.name}{_doubt(factor)}" for factor in split.factors)
    heading = sentences.heading(split.workload, split.concurrency)
    doubt = f"; no verdict ({', '.join(split.withheld)})" if split.withheld else ""
    return f"{heading}: {over} is {sentences.ratio(split.whole)} = {product}{doubt}"


def _with(runner: str, library: str | None) -> str:
    return f"{runner} with {library}" if library else runner


def _doubt(factor: Factor) -> str:
    return {"equivalent": " (no difference that matters)", "inconclusive": " (undecided)"}.get(factor.verdict or "", "")
