"""Memory and swap of the whole machine; None for what the system does not tell, as where /proc/meminfo is masked."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import psutil

_NOT_TOLD = (OSError, KeyError, ValueError, IndexError, psutil.Error)
"""What psutil raises when a file of the kernel's is missing, empty, or another one."""


@dataclass(frozen=True, slots=True)
class Ram:
    """Bytes there are, and bytes that can be had without swapping."""

    total_bytes: int
    available_bytes: int


@dataclass(frozen=True, slots=True)
class Swap:
    """Bytes in use, and bytes that went in and out since boot."""

    used_bytes: int
    moved_bytes: int


def ram() -> Ram | None:
    """Memory now."""
    try:
        told = psutil.virtual_memory()
    except _NOT_TOLD:
        return None
    return Ram(told.total, told.available)


def swap() -> Swap | None:
    """Swap now."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # in and out are 0 where /proc/vmstat is masked, too
            told = psutil.swap_memory()
    except _NOT_TOLD:
        return None
    return Swap(told.used, told.sin + told.sout)
