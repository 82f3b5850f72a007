"""Numbers as people write them: three significant digits, one unit per figure, an interval beside every estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.model import Estimate

Scale = tuple[float, str]
"""How many base units one shown unit holds, and its name."""

_SECONDS: tuple[Scale, ...] = ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
_BYTES: tuple[Scale, ...] = ((1.0, "B"), (2.0**10, "KiB"), (2.0**20, "MiB"), (2.0**30, "GiB"))


def digits(value: float) -> str:
    """Three significant digits with thousands separators and no exponent: ``22,100``, ``1.31``, ``0.0042``."""
    if value == 0:
        return "0"
    if value < 0:
        return f"-{digits(-value)}"
    if value >= 99.95:
        return f"{float(f'{value:.3g}'):,.0f}"
    if value >= 9.995:
        return f"{value:.1f}"
    if value >= 0.9995:
        return f"{value:.2f}"
    shown = f"{value:.3g}"
    return shown if "e" not in shown else f"{value:.9f}".rstrip("0")


def seconds_scale(value: float) -> Scale:
    """The unit a duration in seconds is shown in."""
    return _scale(_SECONDS, value)


def bytes_scale(value: float) -> Scale:
    """The unit a size in bytes is shown in."""
    return _scale(_BYTES, value)


def rate_scale(value: float) -> Scale:
    """Rates are shown in ops/s, whatever their size."""
    return 1.0, "ops/s"


def cores_scale(value: float) -> Scale:
    """Cores are shown as they are."""
    return 1.0, "cores"


def _scale(scales: tuple[Scale, ...], value: float) -> Scale:
    fitting = [scale for scale in scales if abs(value) >= scale[0] * 0.9995]
    return fitting[-1] if fitting else scales[0]


UNITS: dict[str, tuple[Callable[[float], Scale], float]] = {
    "ops/s": (rate_scale, 1.0),
    "s": (seconds_scale, 1.0),
    "ms": (seconds_scale, 1e-3),
    "s per op": (seconds_scale, 1e3),
    "bytes": (bytes_scale, 1.0),
    "cores": (cores_scale, 1.0),
}
"""Unit of a figure -> the scale it is shown in, and base units of that scale per unit; CPU time is per 1,000 ops."""


def quantity(value: float, scale: Callable[[float], Scale]) -> str:
    """A single figure with its unit: ``12.4 ms``."""
    factor, unit = scale(value)
    return f"{digits(value / factor)} {unit}"


def seconds(value: float) -> str:
    """``12.4 ms``."""
    return quantity(value, seconds_scale)


def size(value: float) -> str:
    """``14.2 MiB``."""
    return quantity(value, bytes_scale)


def estimate(figure: Estimate, scale: Callable[[float], Scale], base: float = 1.0) -> str:
    """``4,150 [4,020, 4,290] ops/s``, or ``4,150 ops/s (one block)``: never a value alone.

    Args:
        base: base units per unit of the figure, such as 1e-3 for milliseconds with `seconds_scale`.
    """
    factor, unit = scale(figure.value * base)
    shown = digits(figure.value * base / factor)
    if figure.low is None or figure.high is None:
        return f"{shown} {unit} ({blocks_without_interval(figure.blocks)})"
    return f"{shown} [{digits(figure.low * base / factor)}, {digits(figure.high * base / factor)}] {unit}"


def blocks_without_interval(blocks: int) -> str:
    """What stands where an interval would: ``one block`` or ``4 blocks, no interval``."""
    return "one block" if blocks == 1 else f"{blocks} blocks, no interval"


def tick(value: float) -> str:
    """A figure on an axis, without needless zeros: ``10``, ``2.5``, ``4,000``."""
    return f"{float(f'{value:.3g}'):,.10g}"


def duration(value_s: float) -> str:
    """Wall time for people: ``2 min 32 s``."""
    if value_s < 60:
        return f"{digits(value_s)} s"
    minutes, rest = divmod(round(value_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def share(value: float) -> str:
    """``96 %``."""
    return f"{value * 100:.0f} %" if value >= 0.1 else f"{digits(value * 100)} %"


def join(names: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""


def span(values: Sequence[int], noun: str) -> str:
    """``6 blocks``, ``1,200 to 9,400 ops``; the values ascending and not empty."""
    low, high = values[0], values[-1]
    shown = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{shown} {noun}{'' if shown == '1' else 's'}"
