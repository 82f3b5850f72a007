"""What the control groups around us grant, and how long they held us back; versions 1 and 2, nested ones included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.machine import ram

MOUNT = Path("/sys/fs/cgroup")
SELF = Path("/proc/self/cgroup")

_NO_LIMIT_BYTES = 1 << 60


def cpus() -> float | None:
    """CPUs that the tightest of the groups grants, None without a limit."""
    granted = [
        quota / period
        for group in _groups("cpu")
        if (limit := _quota(group)) is not None
        for quota, period in [limit]
        if quota > 0 and period > 0
    ]
    return min(granted, default=None)


def memory_bytes() -> int | None:
    """Bytes that the tightest of the groups grants, None without a limit below what the machine has.

    Version 1 makes of no limit a number beyond all memory.
    """
    limits = [
        limit
        for group in _groups("memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        if (limit := _number(group / name)) is not None
    ]
    tightest, memory = min(limits, default=None), ram.ram()
    return tightest if tightest is not None and tightest < (memory.total_bytes if memory else _NO_LIMIT_BYTES) else None


def throttled_s() -> float:
    """Seconds for which a quota held back the group that was held back the longest, since it was made."""
    longest = 0.0
    for group in _groups("cpu"):
        fields = dict(line.split(maxsplit=1) for line in _lines(group / "cpu.stat") if " " in line)
        for name, unit_s in (("throttled_usec", 1e-6), ("throttled_time", 1e-9)):
            if fields.get(name, "").isdigit():
                longest = max(longest, int(fields[name]) * unit_s)
    return longest


def _quota(group: Path) -> tuple[int, int] | None:
    """Quota and period of one group, in microseconds."""
    for line in _lines(group / "cpu.max"):
        quota, _, period = line.partition(" ")
        return (int(quota), int(period)) if quota.isdigit() and period.isdigit() else None
    quota_us, period_us = _number(group / "cpu.cfs_quota_us"), _number(group / "cpu.cfs_period_us")
    return (quota_us, period_us) if quota_us is not None and period_us is not None else None


def _groups(controller: str) -> Iterator[Path]:
    """The directories of our group and of all around it, the innermost first.

    In a container the path of the group can be the host's, which is not there: the mount is then the group itself.
    """
    seen: set[Path] = set()
    for line in _lines(SELF) or ["0::/"]:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            root = MOUNT
        elif controller in controllers.split(","):
            root = next((MOUNT / name for name in (controllers, controller) if (MOUNT / name).is_dir()), MOUNT)
        else:
            continue
        inner = root / path.lstrip("/")
        for group in (inner, *inner.parents, root):
            if (group == root or root in group.parents) and group not in seen and group.is_dir():
                seen.add(group)
                yield group


def _number(path: Path) -> int | None:
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].lstrip("-").isdigit() else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []
