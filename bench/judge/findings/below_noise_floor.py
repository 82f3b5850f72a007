"""An effect no larger than what two copies of the same runner showed in this run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.judge.findings._evidence import Evidence, Mark


def find(evidence: Evidence) -> Iterator[Mark]:
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
