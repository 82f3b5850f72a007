"""Lengths of time for people (pure)."""

from __future__ import annotations


def short(seconds: float) -> str:
    """A short time in the unit that suits it: 240 ns, 1.31 ms, 2.5 s."""
    for unit, factor in (("ns", 1e9), ("µs", 1e6), ("ms", 1e3)):
        if seconds * factor < 999.5:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds < 999.5 else duration(seconds)


def duration(seconds: float) -> str:
    """A length of time: 45 s, 2 min 30 s, 1 h 5 min."""
    seconds = max(0, round(seconds))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def typed(seconds: float) -> str:
    """As an option takes it, and exactly: 90s, 6m, 250ms."""
    for unit, length_s in (("m", 60.0), ("s", 1.0), ("ms", 0.001)):
        number = round(seconds / length_s, 6)
        if number == int(number) and (number >= 1 or unit == "ms"):
            return f"{int(number)}{unit}"
    return f"{seconds:f}s"


def rounded_up(seconds: float) -> float:
    """The next half minute, from 5 min on the next minute: what one would type."""
    step_s = 30 if seconds < 300 else 60
    return -(-seconds // step_s) * step_s
