"""How it was measured, in words and with the real figures of the run (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.numbers import units
from reports.numbers.index import Index


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading and its text."""

    heading: str
    text: str


def of_run(index: Index) -> tuple[Paragraph, ...]:
    """The method section."""
    return (
        Paragraph("What took part", _extent(index)),
        Paragraph("Turns", _turns(index)),
        Paragraph("Placement", _placement(index)),
        Paragraph("Statistics", _statistics(index)),
        Paragraph("Latency", _latency()),
        Paragraph("Memory and CPU", _memory(index)),
        Paragraph("Runners as run", _runners(index)),
        Paragraph("Timers", _timers()),
        *_libraries(index),
    )


def _extent(index: Index) -> str:
    stored, plan = index.stored, index.stored.plan
    blocks = len({trial.block for trial in stored.trials})
    cases = len({key for key in index.trials if key[3] == 1})
    text = (
        f"{len(plan.workloads)} workload{_s(plan.workloads)}, {len(plan.contests)} contest{_s(plan.contests)}, "
        f"{cases} case{_s(range(cases))} in {blocks} of {plan.settings.blocks} blocks, profile "
        f"{plan.settings.profile}, seed {plan.settings.seed}; {units.duration(stored.elapsed_s)} of a budget of "
        f"{units.duration(plan.settings.budget_s)}. "
    )
    shares = index.summary
    if shares.window_share is not None and shares.timed_share is not None:
        text += (
            f"Counted windows fill {units.share(shares.window_share)} of the wall time, those whose throughput counts "
            f"{units.share(shares.timed_share)}; the rest is launching, warming up, ramps and drains. "
        )
    text += "Each block launches fresh processes, one per case, and a fresh fixture where the workload has one."
    forked = {trial.facts.get("forked") for group in index.trials.values() for trial in group if trial.facts}
    if forked == {True}:
        text += (
            " The processes of a workload and block are forked from one new interpreter that has loaded nothing yet: "
            "they share where the kernel put code and heap, and each block draws that anew."
        )
    elif False in forked:
        text += (
            " Some or all processes were executed one by one: where the kernel put code and heap differs between them."
        )
    return text


def _turns(index: Index) -> str:
    parts = []
    for workload in index.workloads:
        cells = []
        for level in index.levels(workload):
            trials = [
                t for key, group in index.trials_of(workload).items() if key[1] == level for t in group if t.turns
            ]
            if trials:
                rounds = sorted(len({turn.round for turn in trial.turns}) for trial in trials)
                windows = sorted({turn.window_s for trial in trials for turn in trial.turns})
                span = units.seconds(windows[0])
                if windows[-1] > windows[0] * 1.005:
                    span += f" to {units.seconds(windows[-1])}"
                cells.append(f"C = {level}: {units.span([rounds[0], rounds[-1]], 'round')} of {span}")
        if cells:
            parts.append(f"{workload} ({'; '.join(cells)})")
    lead = (
        "Contestants of a contest take short turns; a round is a shuffled order and its mirror, so a drift falls on "
        "all alike. All workers run before a window opens and after it closes, and an op across an edge counts by its "
        "share inside."
    )
    settings = index.stored.plan.settings
    if settings.batch_ops:
        begins = "before pool, loop and clients are made" if settings.cold else "when the first may begin"
        lead = (
            "Contestants take turns in shuffled order and its mirror; a turn is a batch of "
            f"{settings.batch_ops:,} ops, timed from {begins} until the last has ended, with at most C at work. "
            "Workers draw the next op from one store, those in processes of their own have equal parts. Memory and "
            "responsiveness are measured under a steady load."
        )
    return f"{lead} Per block: {', '.join(parts)}." if parts else f"{lead} No turn was taken."


def _placement(index: Index) -> str:
    if index.stored.plan.settings.placement == "free":
        return "Free: the scheduler placed every process as it liked; two copies of one program can differ for seconds."
    cpus = sorted({turn.cpu for trial in index.stored.trials for turn in trial.turns if turn.cpu is not None})
    free = sorted({key[2] for key, group in index.trials.items() if any(t.cpu is None for r in group for t in r.turns)})
    text = (
        "Pinned: in a round every runner that computes in one place is held on the same CPU "
        f"({_list(cpus) or 'none was'}), which changes from round to round."
    )
    return f"{text} Kept on all CPUs in at least one contest: {units.join(free)}." if free else text


def _statistics(index: Index) -> str:
    return (
        "Inside a block: the middle 30 % over its turns, of rates or of paired log-ratios. Over blocks: Student "
        "t in logs, 95 %, ratios of throughput "
        f"{index.confidence}; fewer than 6 blocks give no interval and no verdict. p values are adjusted by Holm over "
        "the pairs of a contest. A verdict is equivalent when the whole interval lies within "
        f"{index.stored.plan.settings.margin * 100:g} % of 1, else faster or slower when the adjusted p is below 5 % "
        "and the ratio lies beyond what the A/A twin of its workload showed, else inconclusive."
    )


def _latency() -> str:
    return (
        "One clock read per op, the end of one being the start of the next; durations go into buckets at most 1.6 % "
        "wide. Latencies are those of successful ops that end inside a window. A percentile is given only where at "
        "least 10 ops lie beyond it, with a jackknife over blocks as its interval. Failed ops are counted and are in "
        "no throughput and no latency."
    )


def _memory(index: Index) -> str:
    methods = sorted({trial.memory.method for trial in index.stored.trials if trial.memory})
    sides = sorted({trial.side_window_s for trial in index.stored.trials if trial.side_window_s})
    text = (
        f"Memory is {' or '.join(methods)}, over the process tree, read from outside"
        if methods
        else "No memory was read"
    )
    if sides:
        text += f" in a turn of its own of {units.seconds(sides[0])}"
        text += f" to {units.seconds(sides[-1])}" if sides[-1] > sides[0] * 1.005 else ""
    readings = sorted(trial.memory.readings for trial in index.stored.trials if trial.memory)
    if readings and readings[-1] > 1:
        text += f"; the largest of {units.span([readings[0], readings[-1]], 'reading')}, beside it the median (typical)"
    seen = [trial.memory.ops_seen for trial in index.stored.trials if trial.memory and trial.memory.ops_seen]
    if seen and min(seen) < 2:
        text += f". Ops were longer than that: the shortest look saw {units.digits(min(seen))} of one"
    return (
        text
        + ". CPU time is that of the process tree over whole turns, ramp and drain included, per op of the same time."
    )


def _runners(index: Index) -> str:
    parts = []
    for runner in index.runners:
        facts = [t.facts for key, group in index.trials.items() if key[2] == runner for t in group if t.facts]
        if not facts:
            continue
        details = [f"loop {name}" for name in _values(facts, "loop")]
        details += [f"start method {name}" for name in _values(facts, "start_method")]
        details += [f"GIL {'on' if name == 'True' else 'off'}" for name in _values(facts, "gil")]
        for name, words in (("launch_s", "launch"), ("open_s", "opening its workers")):
            times = sorted(fact[name] for fact in facts if name in fact)
            if times:
                details.append(f"{words} {units.seconds(times[0])} to {units.seconds(times[-1])}")
        parts.append(f"{runner}: {', '.join(details)}")
    return "; ".join(parts) + "." if parts else "No runner was started."


def _timers() -> str:
    return (
        "asyncio on epoll rounds its timers up to whole milliseconds, uvloop rounds to the nearest: a sleep therefore "
        "reads slower on the first and can end early on the second. Early ends are counted."
    )


def _libraries(index: Index) -> tuple[Paragraph, ...]:
    mixed = [spec for spec in index.stored.plan.workloads if len(set(spec.libraries.values())) > 1]
    if not mixed:
        return ()
    named = "; ".join(
        f"{spec.label}: {', '.join(f'{form} uses {library}' for form, library in sorted(spec.libraries.items()))}"
        for spec in mixed
    )
    text = "A difference between a blocking and a coroutine runner there is the library's as well as the model's."
    return (Paragraph("Library is not model", f"{named}. {text}"),)


def _values(facts: Iterable[dict[str, object]], name: str) -> list[str]:
    return sorted({str(fact[name]) for fact in facts if name in fact})


def _list(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)


def _s(things: object) -> str:
    return "" if len(things) == 1 else "s"  # type: ignore[arg-type]
