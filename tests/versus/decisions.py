"""How much a default run decides: two versions, run in turn (`make decisions AGAINST=REVISION`).

    python -m tests.versus.decisions baef660 --runs 5 --busy

Each run is the command as its users type it, from its own checkout and with its own packages. Nothing else should run
meanwhile, but for the one process that ``--busy`` starts. What was measured is kept after every run.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.cli.times import duration
from bench.machine import facts

ROOT = Path(__file__).parent.parent.parent
DECIDED = {"faster", "slower", "equivalent"}
SPIN = "while True: pass"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the interval of one pair reaches, as a share. parameters: of its workload, as JSON."""

    workload: str
    parameters: str
    concurrency: int
    runners: tuple[str, ...]
    share: float

    def likeness(self, other: Reach) -> int:
        """How many parameters both have alike; -1 of another question. Versions differ in names and defaults."""
        asked, theirs = ((one.workload, one.concurrency, one.runners) for one in (self, other))
        if asked != theirs:
            return -1
        mine = json.loads(other.parameters)
        return sum(mine.get(name) == value for name, value in json.loads(self.parameters).items())


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run decided.

    settled: contests whose fastest has a verdict against everybody. named: those with a runner to use, where the
    version says so. choices: those that ask for one; nobody chooses who does nothing fastest. reaches: half-widths of
    the intervals, one per pair. apart: twins whose 95 % interval leaves out 1, which identical code should do once in
    twenty times.
    """

    wall_s: float
    pairs: int
    decided: int
    contests: int
    settled: int
    named: int | None
    choices: int
    reaches: list[Reach]
    twins: int
    apart: int


def figures(document: Mapping[str, Any], wall_s: float) -> Figures:
    """Read one run's document, of this version or an older one."""
    pairs: dict[object, Mapping[str, Any]] = {}
    contests: dict[object, dict[tuple[str, str], str | None]] = defaultdict(dict)
    for pair in document["comparisons"]:
        contest = (pair["workload"], json.dumps(pair["parameters"], sort_keys=True), pair["concurrency"])
        pairs[contest, frozenset((pair["runner"], pair["baseline"]))] = pair
        contests[contest][pair["runner"], pair["baseline"]] = pair["verdict"]
    decisions = document.get("decisions")
    twins = [one["ratio"] for one in document["noise_floor"]]
    return Figures(
        wall_s=wall_s,
        pairs=len(pairs),
        decided=sum(pair["verdict"] in DECIDED for pair in pairs.values()),
        contests=len(contests),
        settled=sum(_is_settled(verdicts) for verdicts in contests.values()),
        named=None if decisions is None else sum(one["use"] is not None for one in decisions),
        choices=len(decisions or ()),
        reaches=[_reach(pair) for pair in pairs.values() if pair["ratio"]["low"]],
        twins=len(twins),
        apart=sum(bool(ratio["low"] and not ratio["low"] <= 1 <= ratio["high"]) for ratio in twins),
    )


def _is_settled(verdicts: Mapping[tuple[str, str], str | None]) -> bool:
    """Whether one of them is faster than, or as fast as, every other."""
    names = {name for pair in verdicts for name in pair}
    return any(all(verdicts.get((one, other)) in {"faster", "equivalent"} for other in names - {one}) for one in names)


def _reach(pair: Mapping[str, Any]) -> Reach:
    ratio = pair["ratio"]
    return Reach(
        pair["workload"],
        json.dumps(pair["parameters"], sort_keys=True),
        pair["concurrency"],
        tuple(sorted((pair["runner"], pair["baseline"]))),
        math.expm1(math.log(ratio["high"] / ratio["low"]) / 2),
    )


def against(ours: Sequence[Figures], theirs: Sequence[Figures]) -> float:
    """Our half-width by theirs: the geometric mean over the pairs of workload, concurrency and runners that both have.

    The quantiles of a version are over all of its pairs, and one that measures more calm ones looks narrower by it.
    """
    mine, other = _by_pair(ours), _by_pair(theirs)
    logs = []
    for pair, share in other.items():
        like = max(mine, key=pair.likeness, default=pair)
        if like in mine and pair.likeness(like) >= 0:
            logs.append(math.log(mine[like] / share))
    return math.exp(statistics.fmean(logs)) if logs else math.nan


def _by_pair(runs: Sequence[Figures]) -> dict[Reach, float]:
    """Pair -> the median of its half-widths over the runs."""
    found: dict[Reach, list[float]] = defaultdict(list)
    for one in runs:
        for reach in one.reaches:
            found[replace(reach, share=0.0)].append(reach.share)
    return {pair: statistics.median(shares) for pair, shares in found.items()}


def table(of: Mapping[str, Sequence[Figures]]) -> str:
    """One column per version, over all of its runs."""
    named = {name: runs for name, runs in of.items() if runs}
    last = list(named.values())[-1] if named else ()
    rows: dict[str, Callable[[Sequence[Figures]], str]] = {
        "runs": lambda runs: f"{len(runs)}",
        "wall time, median": lambda runs: duration(statistics.median(one.wall_s for one in runs)),
        "pairs decided": lambda runs: _share(sum(one.decided for one in runs), sum(one.pairs for one in runs)),
        "contests settled": lambda runs: f"{_mean(one.settled for one in runs):.1f} of {runs[0].contests}",
        "contests with a runner to use": lambda runs: (
            "-" if runs[0].named is None else f"{_mean(one.named or 0 for one in runs):.1f} of {runs[0].choices}"
        ),
        "half-width, median": lambda runs: f"{_quantile(runs, 0.5):.1%}",
        "half-width, 90th percentile": lambda runs: f"{_quantile(runs, 0.9):.1%}",
        "half-width by the last version's, pair by pair": lambda runs: f"{against(runs, last):.2f}",
        "twins told apart": lambda runs: _share(sum(one.apart for one in runs), sum(one.twins for one in runs)),
    }
    lines = [f"| | {' | '.join(named)} |", f"|---|{'---|' * len(named)}"]
    lines += [f"| {row} | {' | '.join(show(runs) for runs in named.values())} |" for row, show in rows.items()]
    return "\n".join(lines)


def _mean(values: Iterable[int]) -> float:
    return statistics.fmean(values)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "-"


def _quantile(runs: Sequence[Figures], q: float) -> float:
    reaches = sorted(reach.share for one in runs for reach in one.reaches)
    return reaches[min(int(q * len(reaches)), len(reaches) - 1)] if reaches else math.nan


@contextmanager
def checkout(of: str) -> Iterator[Path]:
    """A directory as it is; a revision in a worktree of its own, set up as its README says."""
    if Path(of).is_dir():
        yield Path(of).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="decisions-") as directory:
        tree = Path(directory) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, of], cwd=ROOT, check=True)
        try:
            subprocess.run(["make", "--silent", "setup"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


@contextmanager
def busy() -> Iterator[None]:
    """One process beside that computes all the time."""
    spinner = subprocess.Popen([sys.executable, "-c", SPIN])
    try:
        yield
    finally:
        spinner.kill()
        spinner.wait()


def one_run(tree: Path, seed: int, results: Path, options: Sequence[str]) -> Figures:
    """A default run of a checkout."""
    bench = [str(tree / ".venv" / "bin" / "python"), "-m", "bench"]
    began_s = time.monotonic()
    subprocess.run(
        [*bench, "run", "--seed", str(seed), "-o", results, *options],
        cwd=tree, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wall_s = time.monotonic() - began_s
    shown = subprocess.run(
        [*bench, "show", str(results / "latest"), "--json"], cwd=tree, check=True, capture_output=True
    )
    return figures(json.loads(shown.stdout), wall_s)


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.versus.decisions", description="How much a default run decides.")
    parser.add_argument("against", help="a revision, or the directory of another checkout that is set up")
    parser.add_argument("--runs", type=int, default=5, help="of each version, in turn (default: 5)")
    parser.add_argument("--busy", action="store_true", help="beside one process that computes all the time")
    parser.add_argument("--output", type=Path, default=ROOT / "results" / "decisions.json", help="where it is kept")
    parser.add_argument(
        "--option", action="append", default=[], metavar="X", help="of `bench run`, as --option=--budget=9s"
    )
    given = parser.parse_args()
    found: dict[str, list[Figures]] = {"this version": [], given.against: []}
    began_s = time.monotonic()
    try:
        with ExitStack() as scope:
            trees = {"this version": ROOT, given.against: scope.enter_context(checkout(given.against))}
            results = Path(scope.enter_context(tempfile.TemporaryDirectory(prefix="decisions-")))
            if given.busy:
                scope.enter_context(busy())
            for number in range(given.runs):
                for name, tree in list(trees.items())[:: 1 if number % 2 else -1]:
                    found[name].append(one_run(tree, number + 1, results / name.replace("/", "-"), given.option))
                    _keep(given.output, given, found)
                    print(_told(name, found, given.runs, time.monotonic() - began_s), flush=True)
    except KeyboardInterrupt:
        print("interrupted; what was measured so far:")
    told = facts.environment(ROOT, ())
    print(f"\n{told['cpu_model']}, {told['cpus']} CPUs{', one of them busy' if given.busy else ''}\n\n{table(found)}")
    return 0


def _told(name: str, found: Mapping[str, Sequence[Figures]], runs: int, elapsed_s: float) -> str:
    done, last = sum(map(len, found.values())), found[name][-1]
    left_s = elapsed_s / done * (2 * runs - done)
    return (
        f"  [{done}/{2 * runs}] {name}: {last.decided} of {last.pairs} pairs decided, {last.settled} of "
        f"{last.contests} contests settled, {duration(last.wall_s)}; {duration(left_s)} left"
    )


def _keep(path: Path, given: argparse.Namespace, found: Mapping[str, Sequence[Figures]]) -> None:
    path.parent.mkdir(exist_ok=True)
    kept = {
        "format": 3,
        "busy": given.busy,
        "machine": facts.environment(ROOT, ()),
        "runs": {name: [asdict(one) for one in runs] for name, runs in found.items()},
    }
    path.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    sys.exit(main())
