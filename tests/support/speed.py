"""The speed of a machine, recorded: ``python -m tests.support.speed quiet`` writes one, simulations run on it.

A unit of pure Python, some 0.1 ms long, is done over and over on one CPU; how long each took is kept as steps of 1.1 %
above the shortest, which is a byte. ``--busy`` does it beside a process that computes all the time.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.versus.work import work

FOLDER = Path(__file__).parents[1] / "judge" / "speed"
STEPS_PER_OCTAVE = 64
UNIT_STEPS = 1_200
"""Of `work`: about a tenth of a millisecond."""

Floats = npt.NDArray[np.float64]


def record(seconds: float) -> npt.NDArray[np.int64]:
    """Nanoseconds of unit after unit, on one CPU."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    now, reads = time.perf_counter_ns, [time.perf_counter_ns()]
    ends_ns = reads[0] + int(seconds * 1e9)
    while reads[-1] < ends_ns:
        work(UNIT_STEPS)
        reads.append(now())
    return np.array([end - begin for begin, end in itertools.pairwise(reads)], dtype=np.int64)


def write(name: str, took_ns: npt.NDArray[np.int64]) -> Path:
    """Keep a record."""
    least_ns = int(np.percentile(took_ns, 0.1))
    codes = np.clip(np.round(STEPS_PER_OCTAVE * np.log2(np.maximum(took_ns, least_ns) / least_ns)), 0, 255)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.npz"
    np.savez_compressed(path, codes=codes.astype(np.uint8), least_ns=least_ns)
    return path


def names() -> list[str]:
    """All records."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


class Machine:
    """A machine whose speed is a record, over and over."""

    def __init__(self, name: str, unrest: float = 1.0) -> None:
        """Args: unrest: so many times as far from its best, in logs, as it was when it was recorded."""
        kept = np.load(FOLDER / f"{name}.npz")
        took_ns = float(kept["least_ns"]) * 2 ** (unrest * kept["codes"].astype(np.float64) / STEPS_PER_OCTAVE)
        self._ends_s: Floats = np.concatenate([[0.0], np.cumsum(took_ns)]) / 1e9
        self.lasts_s = float(self._ends_s[-1])

    def done(self, at_s: Floats) -> Floats:
        """Units that are done by these times; times wrap round."""
        laps, within = np.divmod(at_s, self.lasts_s)
        units = self._ends_s.size - 1
        return np.asarray(laps * units + np.interp(within, self._ends_s, np.arange(units + 1, dtype=np.float64)))


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.support.speed", description="Record the speed of this machine.")
    parser.add_argument("name")
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--busy", action="store_true", help="beside a process that computes on the same CPUs")
    given = parser.parse_args()
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if given.busy else None
    try:
        path = write(given.name, record(given.seconds))
    finally:
        if neighbour is not None:
            neighbour.kill()
            neighbour.wait()
    print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
