"""Which should I use? Per workload a recommendation, its evidence, and what would change it (pure)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from bench.model import Estimate
from reports.numbers import standings, units
from reports.numbers.index import Index
from reports.words import answers

BUSY = 0.9
"""Cores a serial runner uses from which on an op counts as all CPU."""

_OF_A_FLOOR = "no recommendation", "it does nothing, and shows what measuring itself costs"


@dataclass(frozen=True, slots=True)
class Choice:
    """What to use at one or more concurrencies, and why."""

    levels: tuple[int, ...]
    use: str
    evidence: str

    @property
    def where(self) -> str:
        """``C = 8, 64``."""
        return f"C = {', '.join(str(level) for level in self.levels)}"


@dataclass(frozen=True, slots=True)
class Advice:
    """Recommendations of one workload: ``choices`` by concurrency, ``flips`` says in sentences what changes them."""

    workload: str
    anchor: str
    choices: tuple[Choice, ...]
    flips: tuple[str, ...]


def of_workload(index: Index, workload: str, anchor: str) -> Advice:
    """Recommend for every concurrency, neighbours with the same answer together."""
    if index.stored.plan.workload(workload).is_floor:
        return Advice(workload, anchor, (Choice(tuple(index.levels(workload)), *_OF_A_FLOOR),), ())
    choices: list[Choice] = []
    for level in index.levels(workload):
        use, evidence = _choose(index, workload, level)
        evidence += _not_run(index, workload, level, [choice.use for choice in choices])
        if choices and choices[-1].use == use:
            choices[-1] = Choice((*choices[-1].levels, level), use, evidence)
        else:
            choices.append(Choice((level,), use, evidence))
    return Advice(workload, anchor, tuple(choices), tuple(_flips(index, workload, choices)))


def _not_run(index: Index, workload: str, level: int, before: list[str]) -> str:
    """A runner recommended at a lower concurrency that did not take part at this one, and why."""
    missing = [
        case
        for case in index.contest(workload, level)
        if case.runner in before and not case["throughput_per_s"] and case.reason
    ]
    return "".join(f"; {case.runner} did not take part ({case.reason})" for case in missing)


def _choose(index: Index, workload: str, level: int) -> tuple[str, str]:
    standing = standings.of(index, workload, level)
    if standing is None:
        return "no recommendation", "nothing was measured"
    if not standing.judged:
        return "no recommendation", answers.body(index, workload, level)
    said = answers.body(index, workload, level)
    decision = index.summary.decision((workload, level))
    if decision is not None and decision.use is not None:
        price = answers.price(index, workload, level)
        why = said.removeprefix(f"use {decision.use}").removeprefix(", ").removeprefix(": ")
        return decision.use, f"{why}; {price}" if price else why
    if len(standing.leaders) == 1:
        return standing.first, said
    lead = f"undecided between {units.join(standing.leaders)}"
    light = _lightest(index, workload, level, standing.leaders)
    if light is None:
        return units.join(standing.leaders, "or"), lead
    runner, held = light
    return runner, f"{lead}; it holds the least memory, {units.estimate(held, units.bytes_scale)}"


def _lightest(index: Index, workload: str, level: int, names: tuple[str, ...]) -> tuple[str, Estimate] | None:
    """The one whose memory is clearly below that of each other leader."""
    held = {name: memory for name in names if (memory := index.cases[workload, level, name]["memory_bytes"])}
    if len(held) < len(names):
        return None
    first = min(held, key=lambda name: held[name].value)
    for other in held.keys() - {first}:
        if not standings.clear(standings.memory_ratio(index, workload, level, other, first), 1.0):
            return None
    return first, held[first]


def _flips(index: Index, workload: str, choices: list[Choice]) -> list[str]:
    found = []
    named = [choice for choice in choices if choice.use != "no recommendation"]
    for before, after in itertools.pairwise(named):
        case = index.cases.get((workload, after.levels[0], before.use))
        if case and case["throughput_per_s"]:
            found.append(
                f"Between C = {before.levels[-1]} and {after.levels[0]} {before.use} gives way to {after.use}."
            )
    found += _cpu_share(index, workload, named)
    return found


def _cpu_share(index: Index, workload: str, named: list[Choice]) -> list[str]:
    """Up to how many workers one thread can carry, from the CPU share of one worker."""
    cpus = int(index.stored.environment.get("cpus") or 1)
    serial = next((runner for runner in index.runners if runner in index.serial), None)
    low = index.levels(workload)[0]
    use = named[-1].use if named else serial
    case = index.cases.get((workload, low, use or "")) or index.cases.get((workload, low, serial or ""))
    if case is None or case["cores_used"] is None or case["cores_used"].low is None or case.workers != 1:
        return []
    share = case["cores_used"]
    shown = units.estimate(share, units.cores_scale)
    if share.value >= BUSY:
        return [(f"The op is CPU work ({case.runner} with one worker uses {shown}): a second core needs processes, "
                f"and {cpus} CPUs give at most {cpus} times as much.")]  # fmt: skip
    full = ", ".join(units.digits(1 / value) for value in (share.high or share.value, share.low or share.value))
    return [
        (
            f"One worker of {case.runner} uses {shown}, so one thread or loop is full at about "
            f"{units.digits(1 / share.value)} [{full}] workers; an op with more CPU in it moves that down."
        )
    ]
