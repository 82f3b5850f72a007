"""What the machine did meanwhile, and what it could not tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.judge.findings._evidence import Evidence, Mark, on

BUSY_SHARE = 0.08
BUSY_INVALID = 0.25
STEAL_SHARE = 0.02
STEAL_INVALID = 0.15
MEMORY_SHARE = 0.8
GROWTH_BYTES = 5 * 2**20
GROWTH_BYTES_PER_OP = 64


def noisy_machine(evidence: Evidence) -> Iterator[Mark]:
    """Other programs, or the hypervisor, took CPU while a contest was measured."""
    cpus = evidence.run.environment.get("cpus") or 1
    for cases in evidence.contests():
        blocks = {trial.block: trial.noise for case in cases for trial in evidence.trials(case) if trial.noise}
        wall_s = sum(noise["wall_s"] for noise in blocks.values())
        if not wall_s:
            continue
        steal = sum(noise["steal_s"] for noise in blocks.values()) / (wall_s * cpus)
        others_s = sum(noise["busy_s"] - noise["ours_s"] - noise["steal_s"] for noise in blocks.values())
        others = others_s / (wall_s * cpus)
        if others < BUSY_SHARE and steal < STEAL_SHARE:
            continue
        yield Mark(
            "noisy-machine",
            "invalid" if others > BUSY_INVALID or steal > STEAL_INVALID else "warning",
            "",
            f"while {cases[0].workload}, C = {cases[0].concurrency} was measured, other programs used "
            f"{max(others, 0):.0%} of the CPUs and the hypervisor took {steal:.0%}",
            "close other programs (bench doctor names them) and run again",
            tuple(case.key for case in cases),
            others + steal,
        )


def below_noise_floor(evidence: Evidence) -> Iterator[Mark]:
    """An effect no larger than what two copies of the same runner showed in this run."""
    floors = {
        pair.workload: max(pair.ratio.high, 1 / pair.ratio.low)
        for pair in evidence.comparisons
        if pair.copy != 1 and pair.ratio.low and pair.ratio.high
    }
    for pair in evidence.comparisons:
        floor = floors.get(pair.workload)
        if floor is None or pair.copy != 1 or pair.p is None or pair.ratio.value < 1:
            continue
        if pair.p < 0.05 and pair.ratio.value <= floor and pair.verdict == "inconclusive":
            yield Mark(
                "below-noise-floor",
                "info",
                pair.workload,
                f"{pair.workload}, C = {pair.concurrency}: {pair.runner} {pair.ratio.value:.3f}× {pair.baseline}, "
                f"but two copies of one runner differed by up to {floor:.3f}× in this run",
                f"no verdict for effects this small; {evidence.more_time()}",
                ((pair.workload, pair.concurrency, pair.runner), (pair.workload, pair.concurrency, pair.baseline)),
                float(np.log(floor)),
            )


def swap_or_limits(evidence: Evidence) -> Iterator[Mark]:
    """The machine swapped, or a case came near the memory limit."""
    environment = evidence.run.environment
    limit = environment.get("memory_limit_bytes") or environment.get("memory_bytes") or 0
    for case in evidence.cases:
        swapped = sum(trial.noise.get("swapped_bytes", 0.0) for trial in evidence.trials(case))
        share = case["memory_bytes"].value / limit if case["memory_bytes"] and limit else 0.0
        if swapped > 0 or share > MEMORY_SHARE:
            yield Mark(
                "swap-or-limits",
                "warning",
                case.workload,
                f"{on(case)}: {swapped / 2**20:.1f} MiB went to or came from swap; the case held {share:.0%} of "
                "the memory there is",
                "lower the concurrency or give the machine more memory",
                (case.key,),
                share + (swapped > 0),
            )


def gil_reenabled(evidence: Evidence) -> Iterator[Mark]:
    """A free-threaded Python whose GIL an import switched back on."""
    if not evidence.run.environment.get("free_threaded_build"):
        return
    for case in evidence.cases:
        if any(trial.facts.get("gil") for trial in evidence.trials(case)):
            yield Mark(
                "gil-reenabled",
                "warning",
                case.workload,
                f"{on(case)}: this Python is free-threaded, but the GIL was on after the imports",
                "find the extension module that is not ready for it (python -X gil=0 names it)",
                (case.key,),
            )


def memory_not_measured(evidence: Evidence) -> Iterator[Mark]:
    """No memory figure, or one that does not mean the same as on Linux."""
    for case in evidence.cases:
        trials = evidence.trials(case)
        method = trials[0].memory.method if trials and trials[0].memory else ""
        if case["memory_bytes"] is None:
            told = f"{on(case)}: this platform did not tell the memory of the process tree"
            remedy = "run on Linux 5.4 or newer for proportional shares"
        elif not method.startswith("Pss"):
            told = f"memory is {method}; pages shared by processes and kernel memory are not in it"
            remedy = "compare memory with runs of the same platform only"
        else:
            continue
        yield Mark("memory-not-measured", "info", "", told, remedy, (case.key,))


def memory_grows(evidence: Evidence) -> Iterator[Mark]:
    """Memory that grows with every op: the case held more after its rounds than in its memory turn, in every block."""
    for case in evidence.cases:
        grown, ops = [], 0
        for trial in evidence.trials(case):
            if trial.memory and trial.memory_end:
                grown.append(trial.memory_end.total_bytes - trial.memory.total_bytes)
                ops += sum(turn.all_ops for turn in trial.turns)
        if not grown or not ops:
            continue
        typical = float(np.median(grown))
        per_op = sum(grown) / ops
        if typical > GROWTH_BYTES and min(grown) > 0 and per_op > GROWTH_BYTES_PER_OP:
            yield Mark(
                "memory-grows",
                "warning",
                case.workload,
                f"{on(case)}: {typical / 2**20:.1f} MiB more after the rounds than before, {per_op:,.0f} bytes per op",
                "the op keeps something alive; its memory figure depends on how long it ran",
                (case.key,),
                per_op,
            )


def trial_lost(evidence: Evidence) -> Iterator[Mark]:
    """A contestant was lost in some blocks; its figures are those of the others."""
    for case in evidence.cases:
        if case.reason:
            yield Mark(
                "trial-lost",
                "warning",
                case.workload,
                f"{on(case)}: lost in {evidence.run.plan.settings.blocks - case.blocks} of "
                f"{evidence.run.plan.settings.blocks} blocks: {case.reason}",
                "a runner that dies now and then is not comparable; mend the op, or raise --timeout if it was slow",
                (case.key,),
            )
