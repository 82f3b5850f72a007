"""Which runner to use, and what would change that."""

from __future__ import annotations

from collections.abc import Callable

from bench.model import TrialResult
from reports.numbers.index import Index
from reports.words import advice
from tests.support import runs


def test_advice_prefers_the_simplest_where_nothing_is_shown_to_be_faster(make: Callable[..., Index]) -> None:
    def same(trial: TrialResult) -> TrialResult:
        return runs.in_every_turn(trial, ops=97.0)

    choices = advice.of_workload(make(same, levels=(1, 8)), "nap", "w0").choices

    assert [choice.use for choice in choices] == ["sync"]
    assert choices[0].levels == (1, 8)


def test_advice_names_the_winner_and_where_it_changes(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(), "sums", "w1")

    assert [choice.use for choice in found.choices][-1] == "processes"
    assert "; its memory is 4." in found.choices[-1].evidence


def test_advice_says_when_a_recommended_runner_did_not_take_part(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(levels=(8, 64)), "sums", "w1")

    assert "processes did not take part (64 processes on 2 CPUs" in found.choices[-1].evidence


def test_no_recommendation_without_verdicts(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(blocks=1), "nap", "w0")

    assert {choice.use for choice in found.choices} == {"no recommendation"}
    assert found.flips == ()


def test_nobody_is_advised_how_to_do_nothing(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(floors=("nap",)), "nap", "w0")

    assert {choice.use for choice in found.choices} == {"no recommendation"}
    assert "what measuring itself costs" in found.choices[0].evidence
    assert found.flips == ()
