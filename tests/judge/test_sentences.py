"""One sentence per contest, and nothing in it that the intervals do not carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.judge import sentences
from bench.model import CaseSummary, Comparison, Estimate, Finding, Summary, Verdict
from tests.support import synthetic


def around(value: float, blocks: int = 6, width: float = 1.05) -> Estimate:
    if blocks < 6:
        return Estimate(value, None, None, blocks)
    return Estimate(value, value / width, value * width, blocks)


def case(runner: str, rate_per_s: float | None, *, findings: tuple[str, ...] = (), copy: int = 1) -> CaseSummary:
    throughput = None if rate_per_s is None else around(rate_per_s)
    return CaseSummary(
        workload="http", name="http", parameters={}, concurrency=64, runner=runner, copy=copy, workers=64,
        status="measured" if throughput else "failed", reason="", blocks=6, ops=1, errors=0, turns=1, window_s=1.0,
        messages={}, metrics={"throughput_per_s": throughput} if throughput else {}, findings=findings,
    )  # fmt: skip


def summary(
    rates: Mapping[str, float | None],
    verdicts: Mapping[tuple[str, str], Verdict | None],
    *,
    blocks: int = 6,
    ratios: Mapping[tuple[str, str], float] | None = None,
    findings: Sequence[Finding] = (),
) -> Summary:
    """A contest of http at 64 workers; every pair is given once and holds in both directions."""
    pairs = []
    for (ours, theirs), verdict in verdicts.items():
        ratio = (ratios or {}).get((ours, theirs), (rates[ours] or 1) / (rates[theirs] or 1))
        for runner, baseline, value, said in (
            (ours, theirs, ratio, verdict),
            (theirs, ours, 1 / ratio, synthetic.MIRRORED[verdict]),
        ):
            estimate = around(value, blocks)
            pairs.append(Comparison("http", 64, runner, baseline, estimate, estimate, 0.01, said))
    named = tuple(finding.id for finding in findings)
    cases = tuple(case(runner, rate, findings=named) for runner, rate in rates.items())
    return Summary(cases, tuple(pairs), tuple(findings), None, None)


def told(of: Summary) -> str:
    return sentences.of_contest(of, "http", 64).removeprefix("http, 64 workers: ")


class TestContest:
    def test_a_winner_is_named_with_its_lead_over_the_runner_up(self) -> None:
        one = summary({"sync": 100.0, "asyncio": 150.0}, {("asyncio", "sync"): "faster"})

        assert sentences.of_contest(one, "http", 64) == "http, 64 workers: asyncio 1.50× [1.43, 1.58] sync"

    def test_a_winner_over_several_is_told_over_the_nearest_and_then_the_next(self) -> None:
        one = summary(
            {"sync": 50.0, "threads": 100.0, "asyncio": 150.0, "uvloop": 300.0},
            {
                ("uvloop", "asyncio"): "faster", ("uvloop", "threads"): "faster", ("uvloop", "sync"): "faster",
                ("asyncio", "threads"): "faster", ("asyncio", "sync"): "faster", ("threads", "sync"): "faster",
            },
        )  # fmt: skip

        assert told(one) == "uvloop 2.00× [1.90, 2.10] asyncio; ahead of threads and 1 more by 3.00× [2.86, 3.15]"

    def test_leaders_that_are_equivalent_are_a_dead_heat_and_none_is_named_winner(self) -> None:
        one = summary({"asyncio": 100.0, "uvloop": 101.0}, {("uvloop", "asyncio"): "equivalent"})

        assert told(one) == "a dead heat between uvloop and asyncio"

    def test_a_dead_heat_of_three_ahead_of_one(self) -> None:
        one = summary(
            {"sync": 50.0, "threads": 99.0, "asyncio": 100.0, "uvloop": 101.0},
            {
                ("uvloop", "asyncio"): "equivalent", ("uvloop", "threads"): "equivalent",
                ("uvloop", "sync"): "faster",
            },
        )  # fmt: skip

        assert told(one) == "a dead heat between uvloop, asyncio and threads; ahead of sync by 2.02× [1.92, 2.12]"

    def test_what_is_inconclusive_is_undecided_and_never_a_dead_heat(self) -> None:
        one = summary({"asyncio": 100.0, "uvloop": 110.0}, {("uvloop", "asyncio"): "inconclusive"})

        assert told(one) == "undecided between uvloop and asyncio (up to 1.16× apart)"

    def test_a_dead_heat_with_one_and_undecided_against_another(self) -> None:
        one = summary(
            {"threads": 90.0, "asyncio": 100.0, "uvloop": 101.0},
            {("uvloop", "asyncio"): "equivalent", ("uvloop", "threads"): "inconclusive"},
        )

        assert told(one) == ("a dead heat between uvloop and asyncio; undecided against threads (up to 1.18× apart)")

    def test_a_leader_undecided_against_one_is_still_ahead_of_another(self) -> None:
        one = summary(
            {"sync": 50.0, "asyncio": 95.0, "uvloop": 100.0},
            {("uvloop", "asyncio"): "inconclusive", ("uvloop", "sync"): "faster"},
        )

        assert told(one) == (
            "undecided between uvloop and asyncio (up to 1.11× apart); ahead of sync by 2.00× [1.90, 2.10]"
        )

    @pytest.mark.parametrize("verdict", ["faster", "equivalent", "inconclusive", "slower", None])
    def test_a_winner_is_named_only_by_the_verdict_faster(self, verdict: Verdict | None) -> None:
        one = summary({"asyncio": 100.0, "uvloop": 150.0}, {("uvloop", "asyncio"): verdict})

        assert told(one).startswith("uvloop 1.50×") == (verdict == "faster")

    def test_a_leader_by_rate_that_loses_by_pairs_is_not_passed_over_in_silence(self) -> None:
        # the typical rates and the ratio of pairs trim different rounds, so they may disagree by a little
        one = summary(
            {"asyncio": 100.0, "uvloop": 101.0}, {("uvloop", "asyncio"): "slower"}, ratios={("uvloop", "asyncio"): 0.9}
        )

        assert "asyncio 1.11×" in told(one)
        assert told(one).index("asyncio") < told(one).index("uvloop")

    def test_fewer_than_6_blocks_are_told_without_a_verdict(self) -> None:
        one = summary({"sync": 100.0, "asyncio": 150.0}, {("asyncio", "sync"): None}, blocks=2)

        assert told(one) == "asyncio 1.50× (2 blocks, no interval) sync; no verdict, 6 blocks are needed"

    def test_a_verdict_that_a_finding_withholds_is_told_with_the_finding(self) -> None:
        invalid = Finding("errors", "invalid", "", "")
        one = summary({"sync": 100.0, "asyncio": 150.0}, {("asyncio", "sync"): None}, findings=[invalid])

        assert told(one) == "no verdict (errors)"

    def test_a_pair_whose_verdict_is_withheld_is_not_called_undecided(self) -> None:
        one = summary(
            {"sync": 50.0, "threads": 100.0, "asyncio": 150.0},
            {("asyncio", "threads"): None, ("asyncio", "sync"): "faster"},
        )

        assert "undecided" not in told(one)

    def test_one_runner_alone_wins_nothing(self) -> None:
        assert told(summary({"sync": 100.0}, {})) == "only sync was measured"
        assert told(summary({"sync": 100.0, "asyncio": None}, {})) == "only sync was measured"

    def test_nothing_measured_is_said(self) -> None:
        assert told(summary({"sync": None}, {})) == "nothing was measured"
        assert sentences.of_contest(summary({"sync": 1.0}, {}), "http", 1) == "http, 1 worker: nothing was measured"

    def test_runners_that_never_shared_a_block_are_not_compared(self) -> None:
        one = summary({"sync": 100.0, "asyncio": 150.0}, {})

        assert told(one) == "asyncio is the only one with a block of its own"

    def test_a_twin_is_no_runner_of_the_contest(self) -> None:
        one = summary({"sync": 100.0, "asyncio": 150.0}, {("asyncio", "sync"): "faster"})
        twin = case("asyncio", 999.0, copy=2)
        estimate = around(6.66)
        pair = Comparison("http", 64, "asyncio", "asyncio", estimate, estimate, 0.01, "faster", copy=2)
        with_twin = Summary((*one.cases, twin), (*one.comparisons, pair), (), None, None)

        assert told(with_twin) == told(one)


class TestRatio:
    def test_it_stands_with_its_interval(self) -> None:
        assert sentences.ratio(Estimate(1.314, 1.181, 1.442, 6)) == "1.31× [1.18, 1.44]"

    def test_without_an_interval_it_says_of_how_few_blocks_it_is(self) -> None:
        assert sentences.ratio(Estimate(1.31, None, None, 2)) == "1.31× (2 blocks, no interval)"
        assert sentences.ratio(Estimate(1.31, None, None, 1)) == "1.31× (one block, no interval)"


class TestNumber:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (1.0, "1.00"), (1.314, "1.31"), (9.994, "9.99"), (9.996, "10.0"), (31.44, "31.4"), (99.94, "99.9"),
            (99.96, "100"), (314.4, "314"), (1_314.0, "1,314"), (22_127.4, "22,127"), (1e7, "10,000,000"),
        ],
    )  # fmt: skip
    def test_it_has_three_significant_digits_and_no_exponent(self, value: float, text: str) -> None:
        assert sentences.number(value) == text

    @pytest.mark.parametrize(("value", "text"), [(0.314, "0.314"), (0.0994, "0.0994"), (0.00345, "0.00345")])
    def test_so_it_has_below_1(self, value: float, text: str) -> None:
        assert sentences.number(value) == text

    @given(st.floats(-3.0, 9.0).map(lambda magnitude: 10.0**magnitude))
    def test_what_is_read_is_within_half_a_percent_of_what_is_meant(self, value: float) -> None:
        assert float(sentences.number(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(("concurrency", "text"), [(1, "http, 1 worker"), (64, "http, 64 workers")])
def test_a_heading_counts_workers(concurrency: int, text: str) -> None:
    assert sentences.heading("http", concurrency) == text
