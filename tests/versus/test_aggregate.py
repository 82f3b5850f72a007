"""What is made of the outcomes, without measuring anything."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.versus import tools
from tests.versus.aggregate import KINDS, OURS, Kind, Line, Outcome, judge, lines, markdown
from tests.versus.tools import Fill


def outcomes(reading: str, kind: Kind, ratios: list[float], verdicts: list[bool | None]) -> list[Outcome]:
    return [
        Outcome(reading, kind, pair, ratio, different, 10.0)
        for pair, (ratio, different) in enumerate(zip(ratios, verdicts, strict=True), 1)
    ]


def line(reading: str, kind: Kind, spread: float, called: float | None = 0.0) -> Line:
    return Line(reading, kind, 12, 1.0, spread, 2 * spread, called, 10.0)


def test_spread_is_the_standard_deviation_of_log_ratios() -> None:
    (found,) = lines(outcomes("t", "identical", [1.1, 1 / 1.1], [False, False]))

    assert found.spread == pytest.approx(math.log(1.1) * math.sqrt(2))
    assert found.ratio == pytest.approx(1)
    assert found.farthest == pytest.approx(math.log(1.1))
    assert (found.pairs, found.wall_s) == (2, 10.0)


def test_spread_and_alarms_do_not_depend_on_which_side_comes_first() -> None:
    ratios = [1.02, 0.97, 1.1, 0.99]
    (one,) = lines(outcomes("t", "identical", ratios, [True, False, True, False]))
    (other,) = lines(outcomes("t", "identical", [1 / ratio for ratio in ratios], [True, False, True, False]))

    assert one.spread == pytest.approx(other.spread)
    assert one.called == other.called == 0.5


def test_a_planted_difference_is_found_only_in_its_direction() -> None:
    (found,) = lines(outcomes("t", "5 % more work", [1.05, 0.9, 1.04, 1.06], [True, True, False, True]))

    assert found.called == 0.5
    assert found.farthest == pytest.approx(math.log(1.05 / 0.9))


def test_a_tool_without_a_verdict_has_no_share_of_calls() -> None:
    (found,) = lines(outcomes("t", "identical", [1.0, 1.1], [None, None]))

    assert found.called is None
    assert "gives none" in markdown([found])


def test_one_pair_has_no_spread() -> None:
    (found,) = lines(outcomes("t", "identical", [1.0], [False]))

    assert math.isnan(found.spread)
    assert "nan" in markdown([found])


def test_lines_come_by_kind_and_in_the_order_of_their_first_outcome() -> None:
    found = lines(
        [*outcomes("b", "5 % more work", [1.0], [None]), *outcomes("a", "identical", [1.0], [None]),
         *outcomes("b", "identical", [1.0], [None])]
    )  # fmt: skip

    assert [(one.kind, one.reading) for one in found] == [
        ("identical", "b"), ("identical", "a"), ("5 % more work", "b"),
    ]  # fmt: skip


def test_the_table_says_how_many_times_ours() -> None:
    table = markdown([line(OURS, "identical", 0.01), line("pyperf", "identical", 0.06)]).splitlines()

    assert len(table) == 4
    assert "| 6.00% | 6.0 |" in table[3]
    assert all(row.count("|") == table[0].count("|") for row in table)


@pytest.mark.parametrize(
    ("ours", "alarms", "found", "reached"),
    [
        (0.010, 0.04, 0.95, [True, True, True]),
        (0.020, 0.04, 0.95, [False, True, True]),
        (0.010, 0.08, 0.95, [True, False, True]),
        (0.010, 0.00, 0.80, [True, True, False]),
    ],
)
def test_the_aims_are_held_against_the_best_of_the_others(
    ours: float, alarms: float, found: float, reached: list[bool]
) -> None:
    summary = [
        line("pyperf", "identical", 0.06),
        line("pytest-benchmark mean", "identical", 0.09),
        line("pytest-benchmark median", "identical", 0.05),
        line(OURS, "identical", ours, alarms),
        line(OURS, "5 % more work", ours, found),
    ]

    assert [judgement.reached for judgement in judge(summary)] == reached
    assert "pytest-benchmark median" in judge(summary)[0].measured


def test_every_kind_has_a_truth_and_two_sides() -> None:
    from tests.versus.__main__ import SIDES

    assert set(SIDES) == set(KINDS)
    assert SIDES["5 % more work"][1] / SIDES["5 % more work"][0] == pytest.approx(1.05)


@pytest.mark.parametrize(
    ("text", "different"),
    [
        (
            "Mean +- std dev: [first] 215 us +- 5 us -> [second] 226 us +- 6 us: 1.05x slower\nSignificant (t=-5.41)",
            True,
        ),
        ("Mean +- std dev: [first] 2 us +- 5 us -> [second] 1 us +- 6 us: 2.00x faster\nSignificant (t=9)", True),
        ("Mean +- std dev: [first] 2 us +- 5 us -> [second] 2 us +- 6 us: 1.01x slower\nNot significant!", False),
        ("Benchmark hidden because not significant (1): work", False),
    ],
)
def test_the_verdict_of_compare_to_is_read(text: str, different: bool) -> None:
    assert tools.pyperf_says_different(text) is different


def test_an_unknown_verdict_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="no verdict"):
        tools.pyperf_says_different("pyperf 9 says something new")


def test_the_mean_of_pyperf_leaves_calibration_and_warm_up_out() -> None:
    runs = [{"warmups": [[1, 9.0]]}, {"warmups": [[1, 9.0]], "values": [1.0, 2.0]}, {"values": [3.0]}]

    assert tools.pyperf_mean_s({"benchmarks": [{"runs": runs}]}) == 2.0


def test_the_commands_shown_name_no_place_of_this_machine() -> None:
    commands = [line for lines_ in tools.shown(Fill(8, 4.5, 9.0, 4)).values() for line in lines_]

    assert len(commands) == 8
    assert not [command for command in commands if str(Path.home()) in command or str(tools.ROOT) in command]
    assert all(" /" not in command for command in commands)


@pytest.mark.parametrize(
    ("said", "different"), [("improved", True), ("regressed", True), ("unchanged", False), ("inconclusive", False)]
)
def test_what_benchmatrix_says_of_its_one_cell(said: str, different: bool) -> None:
    assert tools.benchmatrix_says({"comparisons": [{"ratio": 1.04, "regression": said}]}) == (1.04, different)


def test_a_word_of_benchmatrix_that_is_not_known_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="not_comparable"):
        tools.benchmatrix_says({"comparisons": [{"ratio": 1.0, "regression": "not_comparable"}]})


def test_of_what_was_not_measured_no_aim_is_judged() -> None:
    alone = judge([line(OURS, "identical", 0.001)])

    assert [judgement.aim for judgement in alone] == ["identical code called different in at most 5 % of pairs"]
