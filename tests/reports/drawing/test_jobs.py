"""What is drawn already is not drawn again, and a drawing that fails says so in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.drawing import jobs
from reports.drawing.chart import Chart
from reports.numbers import tables


def chart(name: str, value: int, kind: str = "cpu") -> Chart:
    return Chart(name, kind, "", "", "", [{"value": value}], tables.of("", [], [], "a.csv"))


def test_a_change_in_the_data_draws_what_it_touches_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def render(asked: list[jobs.Job], _: jobs.Say) -> dict[str, str]:
        drawn.extend(str(job.rows[0]["value"]) for job in asked)
        return {job.key: "" for job in asked}

    monkeypatch.setattr(jobs, "_render", render)
    cache = tmp_path / "cache.json"

    jobs.draw([chart("a", 1), chart("b", 2)], cache, print)
    jobs.draw([chart("a", 1), chart("b", 3)], cache, print)

    assert drawn == ["1", "2", "3"]


def test_the_same_drawing_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[int] = []

    def render(asked: list[jobs.Job], _: jobs.Say) -> dict[str, str]:
        asked_for.append(len(asked))
        return {job.key: "drawn" for job in asked}

    monkeypatch.setattr(jobs, "_render", render)

    assert jobs.draw([chart("a", 1), chart("b", 1)], tmp_path / "cache.json", print) == {"a": "drawn", "b": "drawn"}
    assert asked_for == [1]


@pytest.mark.parametrize("text", ["{broken", "[]", '{"other": "<g/>"}'])
def test_a_damaged_or_foreign_cache_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(jobs, "_render", lambda asked, _: {job.key: "drawn" for job in asked})
    cache = tmp_path / "cache.json"
    cache.write_text(text)

    assert jobs.draw([chart("a", 1)], cache, print) == {"a": "drawn"}
    assert list(json.loads(cache.read_text()).values()) == ["drawn"]


def test_a_failed_drawing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(jobs.DrawingError, match="no_such_kind"):
        jobs.draw([chart("a", 1, kind="no_such_kind")], tmp_path / "cache.json", print)
