"""A machine that gets faster all the time biases no ratio: the orders of turns see to that."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from bench.judge import passes
from bench.judge.stats import paired_log_ratio
from bench.model import Contestant, TurnResult
from bench.plan import matrix
from tests.support import synthetic
from tests.support.synthetic import RUNNERS


class TestDrift:
    """The machine gets 10 % faster over a block, in a straight line; all contestants are the same."""

    @staticmethod
    def _worst_bias(turns: Sequence[tuple[int, Contestant]]) -> float:
        """The largest deviation of any pair's ratio from 1, given (round, contestant) of every turn of a block."""
        taken: dict[str, list[TurnResult]] = {runner: [] for runner in RUNNERS}
        for at, (number, who) in enumerate(turns):
            taken[who.runner].append(synthetic.turn(number, 1.0 + 0.1 * at / (len(turns) - 1), position=at))
        rates = {runner: passes.rates(synthetic.of_turns(runner, 0, mine)) for runner, mine in taken.items()}
        logs = [paired_log_ratio(rates[ours], rates[theirs]) for ours in RUNNERS for theirs in RUNNERS]
        return max(abs(math.exp(log) - 1) for log in logs if log is not None)

    @pytest.mark.parametrize("rounds", [1, 2, 8])
    def test_it_biases_no_ratio_by_more_than_1_percent(self, rounds: int) -> None:
        made = synthetic.plan(RUNNERS, seed=5)
        for block in range(20):
            turns = [
                (number, who)
                for number in range(rounds)
                for who in matrix.round_order(made, made.contests[0], block, number)
            ]

            assert self._worst_bias(turns) < 0.01

    def test_a_shuffled_order_without_its_mirror_would_bias_one_by_more(self) -> None:
        made = synthetic.plan(RUNNERS, seed=5)
        for block in range(20):
            order = matrix.round_order(made, made.contests[0], block, 0)[: len(RUNNERS)]

            assert self._worst_bias([(0, who) for who in order]) > 0.05

    def test_all_turns_of_one_and_then_of_the_next_would_bias_one_by_more(self) -> None:
        turns = [(n // 2, Contestant(runner)) for runner in RUNNERS for n in range(16)]

        assert self._worst_bias(turns) > 0.05
