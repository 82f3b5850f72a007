"""More requests in flight than workers: the case ran at a higher concurrency than its row says.

An op that makes several requests may have as many in flight, if it has under every runner. A server that notes the end
of a request late, when the answer has left, sees a few more than there are: that is told, and withholds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings import _counters
from bench.judge.findings._evidence import Evidence, Mark, on

LATE = 1.5
"""A server that notes their end late may see nearly so many times the requests that there are, or one more than two."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for contest in evidence.contests():
        seen = {case.key: _counters.in_flight(evidence.trials(case)) for case in contest}
        each = [most / case.workers for case in contest if (most := seen[case.key]) is not None]
        for case in contest:
            most = seen[case.key]
            if most is None or most <= case.workers:
                continue
            requests = max(1.0, _counters.per_op(evidence.trials(case)).get(_counters.REQUESTS, 1.0))
            made = requests * case.workers
            yield Mark(
                "concurrency-exceeded",
                "invalid" if _beyond(most, made) or (most <= made and max(each) > LATE * min(each)) else "warning",
                case.workload,
                f"{on(case)}: the server saw {most:g} requests in flight in a typical turn, from {case.workers} "
                f"worker{'s' if case.workers > 1 else ''} at {requests:.3g} per op",
                "requests are in flight that no worker waits for: no private pool, no fetching ahead, no call given up"
                if most > made
                else "an op has several requests in flight: let it under every runner, and read C as that many times C",
                (case.key,),
                most / case.workers,
            )


def _beyond(most: float, made: float) -> bool:
    return most >= max(LATE * made, made + 2)
