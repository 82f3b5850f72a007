"""Two hundred faults at seeded random moments of real runs, within ten minutes: ``python -m tests.soak`` (`make soak`).

After each: no traceback, no lost bout, the healthy workload beside it measured, no orphan, no leftover. Prints a table
of what was struck; exits with 1 on any breach, with the seed that repeats it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.soak.episode import FULL, Episode, Outcome, can_mount
from tests.soak.targets import ENDS, STRIKES

AT_ONCE = 2
"""Runs at a time: one mostly waits."""


def played(seeds: list[str], faults: int, ends_s: float, *, mounts: bool) -> list[Outcome]:
    """Episodes, until there have been so many faults or until it is time."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as directory:

        def play(number: int) -> None:
            if time.monotonic() < ends_s and sum(len(one.struck) for one in outcomes) < faults:
                outcome = Episode(seeds[number], Path(directory) / str(number), mounts=mounts).play()
                outcomes.append(outcome)
                print(_told(outcome), flush=True)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(play, range(len(seeds))))
    return outcomes


def _told(outcome: Outcome) -> str:
    kinds = ", ".join(kind for kind, _ in outcome.struck) or "nothing was struck"
    verdict = f"{len(outcome.breaches)} BREACHES" if outcome.breaches else "ok"
    return f"  {outcome.seed:>16}  {verdict:>10}  {outcome.seconds:4.0f} s  {kinds}"


def table(outcomes: list[Outcome], *, mounts: bool) -> str:
    """How often each kind struck, and in how many runs with a breach."""
    struck = Counter(kind for outcome in outcomes for kind, _ in outcome.struck)
    breached = Counter(kind for outcome in outcomes if outcome.breaches for kind, _ in outcome.struck)
    lines = [f"{'fault':24}{'struck':>8}{'in runs with a breach':>24}"]
    for kind in (*STRIKES, *ENDS, FULL):
        note = "" if mounts or kind != FULL else "   (not possible here: no user namespaces)"
        lines.append(f"{kind:24}{struck[kind]:>8}{breached[kind]:>24}{note}")
    return "\n".join([*lines, f"{'all':24}{struck.total():>8}{sum(bool(one.breaches) for one in outcomes):>24}"])


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.soak", description="Faults at random moments of real runs.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of all moments")
    parser.add_argument("--faults", type=int, default=200, help="how many")
    parser.add_argument("--minutes", type=float, default=10.0, help="end after so long, however many there were")
    parser.add_argument("--episode", metavar="SEED/NUMBER", help="repeat this run alone")
    given = parser.parse_args()
    if sys.platform != "linux":
        print("the soak looks into /proc: Linux alone")
        return 0
    seeds = [given.episode] if given.episode else [f"{given.seed}/{number}" for number in range(given.faults)]
    mounts = can_mount()
    print(f"seed {given.seed}: {given.faults} faults or {given.minutes:g} minutes, {AT_ONCE} runs at a time")
    began_s = time.monotonic()
    # what is going on when time is up is played to its end
    outcomes = played(seeds, given.faults, began_s + 60 * given.minutes - 30, mounts=mounts)
    print(f"\n{table(outcomes, mounts=mounts)}\n{len(outcomes)} runs, {time.monotonic() - began_s:.0f} s")
    for outcome in outcomes:
        for breach in outcome.breaches:
            print(f"\nBREACH in {outcome.seed} (python -m tests.soak --episode {outcome.seed}):\n  {breach}")
    return 1 if any(outcome.breaches for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
