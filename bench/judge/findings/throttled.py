"""A CPU quota stopped the run now and then: what one contestant used up, the next had to wait for."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, contest_of

SHARE = 0.01
INVALID = 0.10


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        share = evidence.per_wall_s(cases, "throttled_s")
        if share is None or share <= SHARE:
            continue
        void = evidence.pairs_within(cases, share) if share > INVALID else ()
        limit = evidence.run.environment.get("cpu_limit")
        quota = f"a quota of {limit:g} CPUs" if limit else "the CPU quota of a control group"
        yield Mark(
            "throttled",
            "invalid" if void else "warning",
            "",
            f"while {contest_of(cases)} was measured, {quota} held the run back for {share:.0%} of the time",
            "run without the quota, or pin the run to as many CPUs as it grants: the kernel makes whoever is next wait "
            "for what the one before used up",
            tuple(case.key for case in cases),
            share,
            void,
        )
