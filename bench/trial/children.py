"""CPU time of children that ops started and waited for; nobody outside the process can read it."""

from __future__ import annotations


def reaped_cpu_s() -> float:
    """User and system seconds of this process's waited-for children; 0.0 where the platform does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
