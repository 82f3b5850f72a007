"""Paths are short, and nowhere farther off than a quarter of a px."""

from __future__ import annotations

import re

import numpy as np
import pytest

from reports.drawing import path


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("M 1.04 2 \nL 3.26 2 \nL 3.26 7.5", "M1 2h2.3v5.5"),
        ("M 0.5 0.25 L 1 -3 L 9 4", "M.5.2l.5-3.2 8 7"),
        ("M 0 0 L 5 5 L 10 10", "M0 0l10 10"),
        ("M 0 0 L 4 0 M 9 9 L 9 3", "M0 0h4M9 9v-6"),
        ("M 2 2 L 2 2", "M2 2h0"),
        ("M 0 2.8 C 0.7 2.8 1.4 2.5 1.9 1.9 z", "M0 2.8C.7 2.8 1.4 2.5 1.9 1.9z"),
    ],
)
def test_a_path_is_written_short(long: str, short: str) -> None:
    assert path.small(path.parsed(long)) == short


def test_a_path_can_be_moved_down() -> None:
    assert path.small(path.parsed("M 0 -9 L 4 -3", down=10)) == "M0 1l4 6"


def test_a_thinned_line_passes_every_point_it_leaves_out() -> None:
    own = np.random.default_rng(1)
    points = list(zip(np.linspace(0, 200, 400), np.cumsum(own.normal(0, 0.3, 400)), strict=True))
    kept = path.thinned(points)

    assert len(kept) < len(points) / 2
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    heights = np.interp([x for x, _ in points], [x for x, _ in kept], [y for _, y in kept])
    assert max(abs(heights - [y for _, y in points])) < 4 * path.NEAR


def test_steps_that_are_rounded_add_up() -> None:
    """The sum of rounded steps drifts; steps between rounded points do not."""
    points = [(k * 1.04, k % 2 * 5.0) for k in range(200)]
    written = path.small([path.Line(tuple(points))])
    steps = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", written.partition("l")[2])

    assert sum(map(float, steps[::2])) == pytest.approx(round(points[-1][0], 1), abs=0.06)
