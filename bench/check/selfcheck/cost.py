"""Known costs: memory of workers, of shared pages and of neighbours; CPU time here and in children."""

from __future__ import annotations

from collections.abc import Iterator

from bench.check.selfcheck.check import Check, Experimenter, ends, impossible, interval, judged
from bench.model import Contestant, Memory, WorkloadSpec

MIB = 2**20
THREADS = 400
TASKS = 20_000
RAMP_NS = 800_000_000  # by then all are parked, also on a busy machine
BURN_SLACK = 0.05
_NO_SMAPS = "this platform does not tell proportional shares of memory (no smaps_rollup)"


def memory(experimenter: Experimenter) -> Iterator[Check]:
    """What a worker costs, what is shared, and that nothing taints anything."""
    ballast = bytearray(b"x") * (150 * MIB)  # this very process once held 150 MB: its children must not show it
    del ballast
    first = _held(experimenter, "threads", 1)
    names = (
        f"{THREADS} parked threads", f"{TASKS:,} parked tasks", "a parent that once held 150 MB taints no child",
        "three forked idle children that share 100 MB", "a case of 300 MB does not taint the next",
    )  # fmt: skip
    if first is None or not first.method.startswith("Pss"):
        yield from (impossible(name, "-", _NO_SMAPS) for name in names)
        return
    yield _each(names[0], experimenter, "threads", THREADS, 24, 64)
    yield _each(names[1], experimenter, "asyncio", TASKS, 1, 3)
    yield judged(
        names[2], "less than 20 MiB", _mib(first), passed=first.total_bytes < 20 * MIB,
        reason="memory of the parent is charged to its children",
    )  # fmt: skip
    shared = _hoard(experimenter, mib=100, children=3)
    yield judged(
        names[3], "100 to 140 MiB", _mib(shared), passed=100 * MIB < shared.total_bytes < 140 * MIB,
        reason="pages that processes share are counted more than once",
    )  # fmt: skip
    large = _hoard(experimenter, mib=300)
    after = _held(experimenter, "threads", 1)
    assert after is not None
    yield judged(
        names[4], f"{_mib(first)} ±1 MiB after {_mib(large)}", _mib(after),
        passed=abs(after.total_bytes - first.total_bytes) < MIB and large.total_bytes > 300 * MIB,
        reason="a neighbour's memory is charged to a case",
    )  # fmt: skip


def _each(name: str, experimenter: Experimenter, runner: str, workers: int, low_kib: float, high_kib: float) -> Check:
    with experimenter.trial(runner, experimenter.spec("parked")) as live:
        held = []
        for concurrency in (1, workers):
            live.open(concurrency)
            seen = live.memory_turn(RAMP_NS)
            assert seen is not None
            held.append(seen.total_bytes)
            live.close()
    each_kib = (held[1] - held[0]) / (workers - 1) / 1024
    return judged(
        name, f"{low_kib:g} to {high_kib:g} KiB each", f"{each_kib:.1f} KiB each",
        passed=low_kib <= each_kib <= high_kib, reason="memory of workers is not counted as it should be",
    )  # fmt: skip


def _held(experimenter: Experimenter, runner: str, workers: int) -> Memory | None:
    with experimenter.trial(runner, experimenter.spec("parked", nap_ms=10)) as live:
        live.open(workers)
        return live.memory_turn(10_000_000)


def _hoard(experimenter: Experimenter, **parameters: int) -> Memory:
    with experimenter.trial("sync", experimenter.spec("hoard", **parameters)) as live:
        live.open(1)
        seen = live.memory_turn(10_000_000)
        assert seen is not None
        return seen


def _mib(memory: Memory) -> str:
    return f"{memory.total_bytes / MIB:.1f} MiB"


def cpu(experimenter: Experimenter) -> Iterator[Check]:
    """A known burn of CPU time is charged to the case that made it."""
    for name, runner, cpu_ms, in_child in (
        ("2 ms of CPU per op", "sync", 2.0, False),
        ("2 ms of CPU per op in worker processes", "processes", 2.0, False),
        ("60 ms of CPU per op in a child that the op waits for", "sync", 60.0, True),
    ):
        spec = experimenter.spec("burn", cpu_ms=cpu_ms, in_child=in_child)

        def measured(budget_s: float, spec: WorkloadSpec = spec, runner: str = runner) -> tuple[float, float]:
            case = experimenter.measure(spec, [Contestant(runner)], budget_s=budget_s).case(runner, 1)
            low, high = ends(case["cpu_s_per_op"])
            return low * 1e3, high * 1e3

        yield interval(
            name, "ms", measured, cpu_ms * (1 - BURN_SLACK), cpu_ms * (1 + BURN_SLACK), budget_s=5.0,
            expected=f"{cpu_ms:g} ms ±{BURN_SLACK:.0%}",
            reason="CPU time is charged to the wrong place or not at all",
        )  # fmt: skip
