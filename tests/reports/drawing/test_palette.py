"""Colours hold on both surfaces and for every kind of colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from reports.drawing import palette
from reports.numbers import slots

Floats = npt.NDArray[np.float64]

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
# fmt: off
VISION = {
    "normal": np.eye(3),
    "protan": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
# fmt: on
THEMES = [pytest.param(0, id="light"), pytest.param(1, id="dark")]


def linear(colour: str) -> Floats:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.asarray(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4))


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(weights @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: Floats) -> Floats:
    lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]]) @ np.clip(rgb, 0, 1)  # fmt: skip
    to_lab = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                       [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    return np.asarray(to_lab @ np.cbrt(lms))


def colours(theme: int) -> list[str]:
    return [(look.light, look.dark)[theme] for look in palette.LOOKS]


def test_the_measures_are_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert oklab(np.ones(3)) == pytest.approx([1, 0, 0], abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out(theme: int) -> None:
    for ink in (palette.INK, palette.MUTED):
        for ground in (palette.SURFACE, palette.BAND):
            assert contrast(ink[theme], ground[theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out(theme: int) -> None:
    for colour in [*colours(theme), palette.AXIS[theme]]:
        assert contrast(colour, palette.SURFACE[theme]) >= 3, colour


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISION)
def test_the_first_six_stay_apart_for_every_eye(theme: int, vision: str) -> None:
    seen = [oklab(VISION[vision] @ linear(colour)) for colour in colours(theme)[:6]]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))

    assert nearest * 100 >= 10


def test_more_runners_than_slots_still_have_a_look() -> None:
    names = [f"runner{n}" for n in range(20)]

    assert all(palette.look(name, slot) for name, slot in slots.of(names).items())


def test_every_slot_has_its_own_marker() -> None:
    assert len({look.marker for look in palette.LOOKS}) == len(palette.LOOKS)


def test_no_two_roles_share_a_sentinel() -> None:
    assert len(palette.sentinels()) == len(palette.variables(0))
