"""C workers get done what k would, while nobody computes: something admits only k ops at a time.

Throughput times the time an op takes one worker alone is the number of ops at work (Little's law). It is the mean of
the worker alone that counts and not the shortest latency under load: behind a pool that serves in order every op waits
as long as the next, and where ops differ in length the shortest says nothing. Workers in step that compute for the
share s of the time are 1 - s of C at work without any pool, so what the client and the server compute is allowed for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.judge.findings import event_loop_blocked
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

FAR_BELOW = 0.8
MOST_COMPUTING = 0.5
"""Share of what it could use that client and server compute together, above which that explains too much."""
MORE = 1.5
"""A runner that has so many times as many at work shows that the op itself admits more."""
CROWDED = 0.25
"""Share of the CPUs that others take above which workers may be waiting for one, unless another runner's do not."""
MOST_THREADS, EXTRA_THREADS = 32, 4
"""`concurrent.futures.ThreadPoolExecutor` has min(32, CPUs + 4) threads; a loop's default executor is one."""
CPUS = "cpus_online", "cpus"
"""Which CPUs are meant: those of the machine, and from Python 3.13 on those of the process."""
FITS = 0.8, 1.1
"""A pool's ops take a little longer than one alone, so that less than its size seems to be at work."""


@dataclass(frozen=True, slots=True)
class _AtWork:
    """A case, how many of its ops are at work, and the worker alone by whose time per op that is known.

    most: the number that the ends of the two intervals allow.
    """

    case: CaseSummary
    reference: CaseSummary
    number: float
    most: float

    @property
    def own(self) -> bool:
        """Whether that worker was of the same runner, so that no other client stands between."""
        return self.reference.runner == self.case.runner


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        found = [at_work for case in cases if case.workers > 1 and (at_work := _at_work(case, cases, evidence))]
        for at_work in found:
            if at_work.most >= FAR_BELOW * at_work.case.workers * (1 - _computing(at_work.case, evidence)):
                continue
            elsewhere = _elsewhere(at_work, found)
            if sum(evidence.taken(cases)) < CROWDED or max(elsewhere, default=0.0) > MORE * at_work.number:
                yield _mark(at_work, elsewhere, evidence)


def _elsewhere(at_work: _AtWork, contest: Sequence[_AtWork]) -> list[float]:
    """How many are at work under runners that do it with no more computing."""
    cores = at_work.case.value("cores_used") or 0.0
    return [
        other.number
        for other in contest
        if other is not at_work and (other.case.value("cores_used") or 0.0) <= MORE * cores
    ]


def _at_work(case: CaseSummary, contest: Sequence[CaseSummary], evidence: Evidence) -> _AtWork | None:
    """None where another cause is plain: ops that fail, a blocked loop, much computing."""
    if case.errors or event_loop_blocked.is_blocked(case, evidence) or _computing(case, evidence) > MOST_COMPUTING:
        return None
    reference = _reference(case, contest, evidence)
    rate, alone = case["throughput_per_s"], reference["throughput_per_s"] if reference else None
    if reference is None or rate is None or alone is None:
        return None
    workers = reference.workers
    most = (rate.high or rate.value) / (alone.low or alone.value)
    return _AtWork(case, reference, rate.value / alone.value * workers, most * workers)


def _reference(case: CaseSummary, contest: Sequence[CaseSummary], evidence: Evidence) -> CaseSummary | None:
    """One worker of the same runner; else one alone in the same contest; else whoever is quickest at an op there."""
    for other in evidence.cases:
        if (other.workload, other.runner, other.workers) == (case.workload, case.runner, 1):
            return other
    others = [other for other in contest if other is not case]
    return min(others, key=lambda other: (other.workers > 1, _op_s(other)), default=None)


def _op_s(case: CaseSummary) -> float:
    rate = case.value("throughput_per_s")
    return case.workers / rate if rate else float("inf")


def _computing(case: CaseSummary, evidence: Evidence) -> float:
    """The share of the time in which the workers of a case keep each other from going on by computing."""
    cpus = min(evidence.cpus(), evidence.run.environment.get("cpu_limit") or evidence.cpus())
    usable = min(1.0, cpus) if evidence.shares_gil(case) else min(case.workers, cpus)
    return evidence.cores_wanted(case) / usable + (case.value("server_cores") or 0.0)


def _mark(found: _AtWork, elsewhere: Sequence[float], evidence: Evidence) -> Mark:
    case, reference = found.case, found.reference
    executor = _default_executor(found, evidence)
    shown = max(elsewhere, default=0.0) > MORE * found.number
    whose = f"one worker at C = {reference.concurrency}" if found.own else reference.runner
    return Mark(
        "hidden-pool",
        "invalid" if executor or (found.own and shown) else "warning",
        case.workload,
        f"{on(case)}: {case.workers} workers do what {found.number:.1f} would at the {_op_s(reference) * 1e3:.3g} ms "
        f"that an op takes {whose}, and use {case.value('cores_used') or 0.0:.2f} cores"
        + (f"; {executor} is the size of the event loop's default executor here" if executor else ""),
        _remedy(found, elsewhere, executor=bool(executor), shown=shown),
        (case.key,),
        1 - found.number / case.workers,
    )


def _default_executor(found: _AtWork, evidence: Evidence) -> int | None:
    """The size of the loop's default executor, if that is what fits."""
    if not evidence.on_loop(found.case):
        return None
    environment = evidence.run.environment
    sizes = {min(MOST_THREADS, cpus + EXTRA_THREADS) for name in CPUS if (cpus := environment.get(name))}
    return next((size for size in sorted(sizes) if FITS[0] * size <= found.number <= FITS[1] * size), None)


def _remedy(found: _AtWork, elsewhere: Sequence[float], *, executor: bool, shown: bool) -> str:
    if executor:
        return "give the loop an executor of that many threads: loop.set_default_executor(ThreadPoolExecutor(C))"
    if not found.own:
        return (
            f"run C = 1 as well to know: either an op takes this runner longer than {found.reference.runner}, or "
            "something admits only so many at a time (a pool, a lock, a device)"
        )
    if shown:
        return (
            f"size the pools, connectors and semaphores of this form to ctx.concurrency: under another runner "
            f"{max(elsewhere):.0f} are at work"
        )
    if elsewhere:
        return "no runner has many more at work: something they share admits no more (the server, a device, a lock)"
    return "something admits only so many at a time: a pool, a lock, a device, the server"
