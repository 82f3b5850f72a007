"""From settings to a plan: which cells run, why the others do not, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bench.errors import UsageError
from bench.judge.stats import LOOKS
from bench.model import Absence, Contestant, Plan, WorkloadSpec
from bench.plan import matrix
from bench.trial.runners import RunnerInfo
from tests.support.synthetic import SETTINGS, spec

RUNNERS = {
    info.name: info
    for info in (
        RunnerInfo("sync", "blocking", "", 0, serial=True),
        RunnerInfo("threads", "blocking", "", 1),
        RunnerInfo("processes", "blocking", "", 2, most_per_cpu=8),
        RunnerInfo("asyncio", "coroutine", "", 3),
        RunnerInfo("uvloop", "coroutine", "", 4, requires="uvloop"),
    )
}
ALL = tuple(RUNNERS)


def make(
    workloads: Sequence[WorkloadSpec] = (spec("sleep"),),
    *,
    unavailable: Mapping[str, str] | None = None,
    concurrency: Sequence[int] | None = None,
    cpus: int = 2,
    **changes: Any,
) -> Plan:
    settings = replace(SETTINGS, **{"runners": ALL, "twins": False, **changes})
    return matrix.make(settings, workloads, RUNNERS, unavailable or {}, concurrency, cpus)


def names(contestants: Sequence[Contestant]) -> list[str]:
    return [contestant.runner for contestant in contestants]


def levels(made: Plan, label: str = "sleep") -> list[int]:
    return [contest.concurrency for contest in made.contests_of(label)]


class TestMatrix:
    def test_every_runner_takes_part_where_nothing_is_in_its_way(self) -> None:
        (contest,) = make(concurrency=(8,)).contests

        assert names(contest.contestants) == list(ALL)
        assert contest.absent == {}

    def test_contestants_stand_in_the_order_in_which_runners_were_asked_for(self) -> None:
        (contest,) = make(concurrency=(1,), runners=("uvloop", "sync", "threads")).contests

        assert names(contest.contestants) == ["uvloop", "sync", "threads"]

    def test_a_runner_over_its_limit_is_absent_with_the_sum_that_shows_it(self) -> None:
        at, over = make(concurrency=(16, 17), cpus=2).contests

        assert "processes" in names(at.contestants)
        assert over.absent == {
            "processes": Absence("over limit", "17 processes on 2 CPUs: at most 8 per CPU (16) are run")
        }
        assert "processes" not in names(over.contestants)

    def test_the_limit_grows_with_the_cpus(self) -> None:
        (contest,) = make(concurrency=(64,), cpus=8).contests

        assert contest.absent == {}

    def test_a_form_that_the_workload_does_not_state_is_not_provided(self) -> None:
        (contest,) = make([spec("sleep", forms=("blocking",))], concurrency=(1,)).contests

        assert names(contest.contestants) == ["sync", "threads", "processes"]
        assert contest.absent == {
            "asyncio": Absence("not provided", "sleep has no coroutine form"),
            "uvloop": Absence("not provided", "sleep has no coroutine form"),
        }

    def test_a_form_that_lacks_its_library_leaves_exactly_its_cells_empty(self) -> None:
        missing = {"coroutine": "httpx2 is not installed: pip install httpx2"}
        (contest,) = make([spec("http", missing=missing)], concurrency=(1,)).contests

        assert names(contest.contestants) == ["sync", "threads", "processes"]
        assert set(contest.absent) == {"asyncio", "uvloop"}
        assert set(contest.absent.values()) == {Absence("unavailable", missing["coroutine"])}

    def test_a_contest_in_which_nobody_can_take_part_is_shown_and_not_held(self) -> None:
        nobody = spec("http", missing=dict.fromkeys(("blocking", "coroutine"), "httpx2 is not installed"))
        made = make([nobody, spec("sleep")], concurrency=(1, 8))

        assert [contest.key for contest in made.contests if not contest.contestants] == [("http", 1), ("http", 8)]
        assert list(matrix.first_stage(made).blocks) == [("sleep", 1), ("sleep", 8)]
        assert made.bouts_per_block == 1

    def test_a_runner_that_cannot_run_here_is_unavailable_with_the_reason(self) -> None:
        (contest,) = make(concurrency=(1,), unavailable={"uvloop": "uvloop is not installed: pip install it"}).contests

        assert contest.absent == {"uvloop": Absence("unavailable", "uvloop is not installed: pip install it")}

    def test_unavailable_comes_before_not_provided_and_that_before_over_limit(self) -> None:
        (contest,) = make(
            [spec("sleep", forms=("coroutine",))],
            concurrency=(500,),
            unavailable={"uvloop": "no"},
            runners=("asyncio", "uvloop", "processes"),
        ).contests

        assert {runner: absence.status for runner, absence in contest.absent.items()} == {
            "uvloop": "unavailable",
            "processes": "not provided",
        }

    def test_each_workload_meets_each_concurrency(self) -> None:
        made = make([spec("sleep"), spec("cpu")], concurrency=(1, 8))

        assert [(contest.workload, contest.concurrency) for contest in made.contests] == [
            ("sleep", 1), ("sleep", 8), ("cpu", 1), ("cpu", 8),
        ]  # fmt: skip

    def test_nothing_to_run_is_a_usage_error_that_says_why(self) -> None:
        with pytest.raises(UsageError, match=r"nothing to run: processes: 99 processes on 2 CPUs.*"):
            make(concurrency=(99,), runners=("processes",))

    def test_a_contest_that_nobody_can_run_does_not_stop_the_others(self) -> None:
        made = make(concurrency=(1, 99), runners=("processes",))

        assert [names(contest.contestants) for contest in made.contests] == [["processes"], []]


class TestConcurrency:
    def test_what_was_asked_for_comes_before_the_workloads_own_and_the_profiles(self) -> None:
        assert levels(make([spec("sleep", default_concurrency=(3,))], concurrency=(5,))) == [5]

    def test_the_workloads_own_comes_before_the_profiles(self) -> None:
        assert levels(make([spec("sleep", default_concurrency=(3,))])) == [3]

    def test_one_with_several_of_its_own_has_them_in_the_default_profile_and_the_profiles_elsewhere(self) -> None:
        own = [spec("sleep", default_concurrency=(1, 64, 1_000))]

        assert levels(make(own)) == [1, 64, 1_000]
        assert levels(make(own, profile="quick")) == list(matrix.PROFILES["quick"].concurrency)
        assert levels(make([spec("noop", default_concurrency=(1,))], profile="full"), "noop") == [1]

    @pytest.mark.parametrize("profile", matrix.PROFILES)
    def test_else_it_is_the_profiles(self, profile: str) -> None:
        assert levels(make(profile=profile)) == list(matrix.PROFILES[profile].concurrency)

    def test_one_workloads_own_does_not_change_anothers(self) -> None:
        made = make([spec("noop", default_concurrency=(1,)), spec("sleep")])

        assert levels(made, "noop") == [1]
        assert levels(made, "sleep") == [1, 8, 64]

    @pytest.mark.parametrize("asked", [(64, 1, 8), (8, 1, 64)])
    def test_contests_of_a_workload_ascend_however_they_were_asked_for(self, asked: tuple[int, ...]) -> None:
        assert levels(make(concurrency=asked)) == [1, 8, 64]
        assert levels(make([spec("sleep", default_concurrency=asked)])) == [1, 8, 64]

    def test_a_concurrency_asked_for_twice_is_one_contest(self) -> None:
        assert levels(make(concurrency=(8, 8))) == [8]
        assert levels(make([spec("sleep", default_concurrency=(8, 8))])) == [8]

    def test_the_serial_runner_has_one_worker_in_every_contest(self) -> None:
        (contest,) = make(concurrency=(64,)).contests

        assert [matrix.concurrency_of(contest, info) for info in RUNNERS.values()] == [1, 64, 64, 64, 64]


class TestTwins:
    def test_one_contest_per_workload_has_one_twin(self) -> None:
        made = make([spec("sleep"), spec("cpu")], concurrency=(1, 8, 64), twins=True)

        twins = [
            (contest.workload, contest.concurrency, who.runner, who.copy)
            for contest in made.contests
            for who in contest.contestants
            if who.copy != 1
        ]
        assert twins == [("sleep", 8, "threads", 2), ("cpu", 8, "threads", 2)]

    def test_a_twin_stands_last(self) -> None:
        (contest,) = make(concurrency=(8,), twins=True).contests

        assert contest.contestants[-1] == Contestant("threads", 2)
        assert contest.contestants[:-1] == tuple(Contestant(runner) for runner in ALL)

    def test_the_serial_runner_is_twinned_where_there_is_no_other(self) -> None:
        (contest,) = make(concurrency=(8,), twins=True, runners=("sync",)).contests

        assert contest.contestants == (Contestant("sync"), Contestant("sync", 2))

    def test_a_contest_that_nobody_can_run_gets_no_twin(self) -> None:
        made = make(concurrency=(1, 99, 100), twins=True, runners=("processes",))

        assert made.contests[1].contestants == ()


class TestOrder:
    def test_a_round_is_an_order_of_all_contestants_and_its_mirror(self) -> None:
        made = make(concurrency=(1,))
        for number in range(20):
            order = matrix.round_order(made, made.contests[0], 0, number)

            assert sorted(names(order[:5])) == sorted(ALL)
            assert order[5:] == order[:5][::-1]

    def test_a_twin_has_its_own_turns(self) -> None:
        made = make(concurrency=(1,), twins=True)

        order = matrix.round_order(made, made.contests[0], 0, 0)

        assert len(order) == 12
        assert order.count(Contestant("threads")) == order.count(Contestant("threads", 2)) == 2

    def test_the_same_seed_gives_the_same_orders(self) -> None:
        one, other = make([spec("a"), spec("b")]), make([spec("a"), spec("b")])

        for block in range(6):
            assert matrix.workload_order(one, block) == matrix.workload_order(other, block)
            for contest in one.contests:
                assert matrix.round_order(one, contest, block, 3) == matrix.round_order(other, contest, block, 3)

    def test_the_order_behind_a_seed_never_changes_as_stored_runs_are_resumed(self) -> None:
        made = make(concurrency=(1,), seed=7)

        assert names(matrix.round_order(made, made.contests[0], 0, 0)[:5]) == [
            "sync",
            "uvloop",
            "asyncio",
            "processes",
            "threads",
        ]
        assert names(matrix.round_order(made, made.contests[0], 5, 2)[:5]) == [
            "sync",
            "processes",
            "uvloop",
            "threads",
            "asyncio",
        ]

    def test_seed_block_round_and_contest_each_change_the_order(self) -> None:
        base = make([spec("a"), spec("b")], concurrency=(1, 8))
        other = make([spec("a"), spec("b")], concurrency=(1, 8), seed=2)

        def orders(made: Plan, contest: int, blocks: Sequence[int], rounds: Sequence[int]) -> list[list[str]]:
            return [
                names(matrix.round_order(made, made.contests[contest], block, number))
                for block in blocks
                for number in rounds
            ]

        first = orders(base, 0, range(4), range(4))
        assert first != orders(other, 0, range(4), range(4))
        assert first != orders(base, 0, range(4, 8), range(4))
        assert first != orders(base, 0, range(4), range(4, 8))
        assert first != orders(base, 1, range(4), range(4))  # another concurrency
        assert first != orders(base, 2, range(4), range(4))  # another workload

    def test_every_contestant_comes_first_about_as_often(self) -> None:
        made = make(concurrency=(1,))
        firsts = [matrix.round_order(made, made.contests[0], 0, number)[0].runner for number in range(2_000)]

        assert all(350 <= firsts.count(runner) <= 450 for runner in ALL)

    def test_every_block_runs_every_workload_once_and_not_always_in_the_same_order(self) -> None:
        made = make([spec(name) for name in "abcd"])
        orders = [[one.name for one in matrix.workload_order(made, block)] for block in range(6)]

        assert all(sorted(order) == list("abcd") for order in orders)
        assert len({tuple(order) for order in orders}) > 1


class TestLength:
    def test_a_plan_takes_its_budget_where_that_is_enough(self) -> None:
        made = make(concurrency=(1,))

        assert matrix.least_s(made) < 150.0
        assert matrix.expected_s(made) == 150.0

    def test_a_plan_takes_one_round_each_where_the_budget_is_less(self) -> None:
        made = make(concurrency=(1,), budget_s=1.0)

        assert matrix.expected_s(made) == matrix.least_s(made) > 1.0

    def test_it_grows_with_blocks_cases_and_workloads(self) -> None:
        small = matrix.least_s(make(concurrency=(1,)))

        assert matrix.least_s(make(concurrency=(1,), blocks=12)) == pytest.approx(2 * small)
        assert small < matrix.least_s(make(concurrency=(1, 8))) < 2 * small  # launches are shared
        assert matrix.least_s(make([spec("a"), spec("b")], concurrency=(1,))) == pytest.approx(2 * small)

    def test_a_plan_that_fits_its_budget_stays_as_it_is(self) -> None:
        made = make(blocks=12, budget_s=1_200.0)

        assert matrix.fitted(made) == made

    def test_a_plan_that_does_not_fit_loses_blocks_but_keeps_6(self) -> None:
        made = make(blocks=40, budget_s=1.0)

        assert matrix.fitted(made).settings.blocks == 6

    def test_it_loses_no_more_blocks_than_it_must(self) -> None:
        made = make(blocks=40)
        affordable = replace(made, settings=replace(made.settings, budget_s=matrix.least_s(made) * 0.5))

        fitted = matrix.fitted(affordable)

        assert fitted.settings.blocks == 20
        assert matrix.least_s(fitted) <= fitted.settings.budget_s

    @pytest.mark.parametrize("blocks", [1, 3, 6])
    def test_it_never_gets_more_blocks_than_were_asked_for(self, blocks: int) -> None:
        assert matrix.fitted(make(blocks=blocks, budget_s=1.0)).settings.blocks == blocks
        assert matrix.fitted(make(blocks=blocks, budget_s=9_999.0)).settings.blocks == blocks

    def test_fitting_changes_nothing_but_the_blocks(self) -> None:
        made = make(blocks=40, budget_s=1.0)

        assert replace(matrix.fitted(made), settings=made.settings) == made
        assert replace(matrix.fitted(made).settings, blocks=40) == made.settings

    def test_a_plan_with_a_precision_ends_at_a_look_its_budget_has_time_for(self) -> None:
        looking = matrix.with_looks(make(concurrency=(1,), precision=0.03, budget_s=600.0), None)

        assert looking.settings.blocks == 6
        assert looking.settings.most_blocks in LOOKS
        assert looking.settings.most_blocks > 6
        assert looking.settings.budget_s <= 600.0
