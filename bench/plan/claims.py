"""Claims -> what must be measured for them: each contest once, with every runner that some claim asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.errors import UsageError
from bench.judge.claims import Entrant, Question
from bench.model import WorkloadSpec
from bench.plan import discovery, ledger, sets
from bench.plan.discovery import Catalogue
from bench.plan.ledger import Claim, Side

Key = tuple[str, tuple[str, ...]]
"""A workload's name and what is set."""


@dataclass(frozen=True)
class Wanted:
    """specs: the workloads, each once. runners: contest, by label and concurrency -> who takes part."""

    specs: dict[Key, WorkloadSpec]
    runners: dict[tuple[str, int], set[str]]

    @property
    def workloads(self) -> tuple[WorkloadSpec, ...]:
        """Each once, whichever words it was asked for with."""
        return tuple({spec.label: spec for spec in self.specs.values()}.values())

    def levels(self, label: str) -> list[int]:
        """The concurrencies of one workload."""
        return [level for name, level in self.runners if name == label]


def wanted(claims: Sequence[Claim], catalogue: Catalogue, runners: Iterable[str]) -> Wanted:
    """All that these claims need.

    Args:
        runners: all there are.

    Raises:
        UsageError: a claim names a workload, a parameter or a runner that does not exist; it says which claim.
    """
    specs: dict[Key, WorkloadSpec] = {}
    asked: dict[tuple[str, int], set[str]] = defaultdict(set)
    for claim, side, level in _sides(claims):
        key = (side.workload, side.sets)
        try:
            if side.runner not in runners:
                raise _no_runner(side.runner, runners)
            specs[key] = specs.get(key) or _spec(catalogue, side)
        except UsageError as error:
            raise UsageError(f"claim {claim.id!r}: {error}") from error
        asked[specs[key].label, level].add(side.runner)
    return Wanted(specs, dict(asked))


def questions(
    claims: Sequence[Claim], specs: Mapping[Key, WorkloadSpec], run: Sequence[WorkloadSpec]
) -> list[Question]:
    """Every case of every claim, in the labels of a run.

    Args:
        specs: of `wanted`. run: the run's workloads, which may bear other labels for the same parameters.
    """

    def label(side: Side) -> str:
        spec = specs[side.workload, side.sets]
        same = [one for one in run if (one.name, one.parameters) == (spec.name, spec.parameters)]
        return same[0].label if same else spec.label

    return [
        Question(
            claim.id, level, ledger.METRICS[told.metric],
            Entrant(label(told.of), told.of.concurrency or level, told.of.runner),
            Entrant(label(told.over), told.over.concurrency or level, told.over.runner),
            told.low, told.high,
        )
        for claim in claims
        if (told := claim.measured) is not None
        for level in told.concurrency
    ]  # fmt: skip


def _sides(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Side, int]]:
    for claim in claims:
        if claim.measured is not None:
            for level in claim.measured.concurrency:
                for side in (claim.measured.of, claim.measured.over):
                    yield claim, side, side.concurrency or level


def _spec(catalogue: Catalogue, side: Side) -> WorkloadSpec:
    texts = sets.parsed(tuple(f"{side.workload}.{text}" for text in side.sets))
    found = discovery.specs(catalogue, [side.workload], texts)
    if len(found) != 1:
        raise UsageError(f"set = {list(side.sets)} is {len(found)} workloads; a side of a claim is one")
    return found[0]


def _no_runner(name: str, runners: Iterable[str]) -> UsageError:
    known = list(runners)
    return UsageError(discovery.unknown("runner", name, known, f"there are: {', '.join(known)}"))
