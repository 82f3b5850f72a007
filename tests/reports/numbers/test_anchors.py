"""Links survive: places are named by what they show, and by nothing that another run would number differently."""

from __future__ import annotations

from reports.numbers import anchors


def test_a_contest_is_named_by_its_workload_and_concurrency() -> None:
    found = anchors.given([("http", [1, 64]), ("http body_bytes=1024,delay_ms=0.5", [8])])

    assert found.of["http"] == "http"
    assert found.contests["http", 64] == "http-64"
    assert found.contests["http body_bytes=1024,delay_ms=0.5", 8] == "http-body_bytes-1024-delay_ms-0-5-8"


def test_other_workloads_change_no_name() -> None:
    alone = anchors.given([("sums", [8])])
    among = anchors.given([("cpu", [1, 8]), ("sums", [8]), ("nap", [8])])

    assert alone.contests["sums", 8] == among.contests["sums", 8] == "sums-8"


def test_names_are_unique_and_none_is_one_of_the_page_itself() -> None:
    labels = ["method", "Method", "a b", "a-b", "a", "a-8", "</b>", "<<>>", "0", "findings", "ä"]
    found = anchors.given((label, [1, 8]) for label in labels)
    names = [*found.of.values(), *found.contests.values()]

    assert len(set(names)) == len(names)
    assert not set(names) & anchors.TAKEN
    assert all(name[0].isalpha() and not set(name) & set(" <>#\"'") for name in names)
