"""What is made of the documents of two versions, without measuring anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from tests.versus import decisions
from tests.versus.decisions import figures, table

MIRRORED = {"faster": "slower", "slower": "faster"}


def document(
    verdicts: Mapping[tuple[str, str], str | None], *, half: float = 1.02, twin: float = 1.0
) -> dict[str, Any]:
    """A contest of cpu, its pairs from both sides, and a twin."""
    contest = {"workload": "cpu", "parameters": {}, "concurrency": 8}
    pairs = []
    for (ours, theirs), verdict in verdicts.items():
        ratio = {"value": 1.5, "low": 1.5 / half, "high": 1.5 * half, "blocks": 6}
        pairs.append({**contest, "runner": ours, "baseline": theirs, "ratio": ratio, "verdict": verdict})
        other = MIRRORED.get(str(verdict), verdict)
        pairs.append({**contest, "runner": theirs, "baseline": ours, "ratio": ratio, "verdict": other})
    floor = {"value": twin, "low": twin / 1.01, "high": twin * 1.01, "blocks": 6}
    return {"comparisons": pairs, "noise_floor": [{**contest, "runner": "sync", "ratio": floor}]}


def test_a_contest_is_settled_when_one_has_a_verdict_against_everybody() -> None:
    ahead = {("a", "b"): "faster", ("a", "c"): "equivalent", ("b", "c"): "inconclusive"}
    found = figures(document(ahead), 100.0)

    assert (found.contests, found.settled, found.pairs, found.decided) == (1, 1, 3, 2)
    assert figures(document({**ahead, ("a", "c"): "inconclusive"}), 100.0).settled == 0


def test_half_widths_are_those_of_the_intervals_and_a_twin_apart_is_counted() -> None:
    found = figures(document({("a", "b"): "faster"}, half=1.03, twin=1.2), 1.0)

    assert [reach.share for reach in found.reaches] == [pytest.approx(0.03)]
    assert (found.twins, found.apart) == (1, 1)
    assert figures(document({("a", "b"): "faster"}), 1.0).apart == 0


def test_a_version_that_names_runners_is_told_from_one_that_does_not() -> None:
    old = figures(document({("a", "b"): "faster"}), 1.0)
    new = figures({**document({("a", "b"): "faster"}), "decisions": [{"use": "a"}]}, 1.0)
    rows = table({"new": [new], "old": [old]}).splitlines()

    assert (old.named, new.named) == (None, 1)
    assert (old.choices, new.choices) == (0, 1)
    assert next(row for row in rows if "a runner to use" in row) == "| contests with a runner to use | 1.0 of 1 | - |"


def test_a_version_without_a_run_yet_has_no_column() -> None:
    told = table({"new": [figures(document({("a", "b"): "faster"}), 1.0)], "old": []})

    assert told.splitlines()[0] == "| | new |"


def test_quantiles_are_over_all_pairs_of_all_runs() -> None:
    runs = [figures(document({("a", "b"): "faster"}, half=1 + share), 1.0) for share in (0.01, 0.02, 0.09)]
    row = next(row for row in table({"new": runs}).splitlines() if "half-width, median" in row)

    assert row == "| half-width, median | 2.0% |"
    assert decisions._quantile(runs, 0.9) == pytest.approx(0.09)


def test_versions_are_compared_where_they_ask_the_same_and_not_where_one_asks_more() -> None:
    pair = {("a", "b"): "faster"}
    old, calm = document(pair, half=1.04), document(pair, half=1.001)
    new = document(pair, half=1.01)
    for one in new["comparisons"]:
        one["parameters"] = {"client": "raw"}
    for one in (*calm["comparisons"], *old["comparisons"]):
        one["parameters"] = {"client": "idiomatic"}
    for one in calm["comparisons"]:
        one["concurrency"] = 1
    both = figures({**new, "comparisons": [*new["comparisons"], *calm["comparisons"]]}, 1.0)

    assert decisions.against([both], [figures(old, 1.0)]) == pytest.approx(0.25)
    assert math.isnan(decisions.against([figures(calm, 1.0)], [figures(old, 1.0)]))


def test_of_two_contests_that_differ_in_a_parameter_the_one_more_alike_is_compared() -> None:
    pair = {("a", "b"): "faster"}
    old, same, other = document(pair, half=1.04), document(pair, half=1.02), document(pair, half=1.01)
    for one, client in ((old, "idiomatic"), (same, "idiomatic"), (other, "raw")):
        for told in one["comparisons"]:
            told["parameters"] = {"client": client}
    new = figures({**other, "comparisons": [*other["comparisons"], *same["comparisons"]]}, 1.0)

    assert decisions.against([new], [figures(old, 1.0)]) == pytest.approx(0.5)
