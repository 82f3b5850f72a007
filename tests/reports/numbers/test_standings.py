"""Who leads a contest, and what it costs."""

from __future__ import annotations

from collections.abc import Callable

from reports.numbers import standings
from reports.numbers.index import Index


def test_a_clear_winner_leads_alone_and_costs_what_it_holds(make: Callable[..., Index]) -> None:
    index = make()
    standing = standings.of(index, "sums", 8)
    assert standing is not None

    assert standing.leaders == ("processes",)
    assert "processes holds 4." in standings.cost(index, "sums", 8, standing)


def test_the_headline_speaks_of_the_highest_rate(make: Callable[..., Index]) -> None:
    assert standings.main_level(make(), "nap") == 8


def test_costs_are_silent_without_an_interval(make: Callable[..., Index]) -> None:
    index = make(blocks=3)
    standing = standings.of(index, "sums", 8)
    assert standing is not None

    assert not standing.judged
    assert standings.cost(index, "sums", 8, standing) == ""
