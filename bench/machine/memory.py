"""Memory of a process tree, read from outside; nothing runs inside the measured process for this.

Linux: anonymous memory by proportional shares (``smaps_rollup``), each shared mapping once per tree, and what no RSS or
PSS shows (kernel stacks, page tables). ``ru_maxrss`` is never used: exec folds the parent's peak into it. Elsewhere:
psutil's USS. Any process may end while it is read: what is gone is not counted, what could not be read is None.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import psutil

from bench.machine import tree
from bench.model import Memory

KERNEL_STACK_BYTES = 16 * 1024  # per thread on x86-64 and arm64 (THREAD_SIZE)
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_PRESENT_AND_SHARED = np.uint64(1 << 63 | 1 << 61)  # bits of /proc/pid/pagemap; a private copy is anonymous memory
_MOST_PAGES = 1 << 22
"""Of one mapping, 16 GiB: beyond it reading page by page would take longer than a turn."""
_Present = npt.NDArray[np.bool_]
"""Page after page: is it in memory?"""

_LINUX_METHOD = "Pss_Anon + shared mappings once + kernel stacks + page tables"


def of(pids: Iterable[int]) -> Memory | None:
    """Memory of these processes now; None when the platform does not tell, or none of them is left."""
    try:
        return _linux(pids) if tree.LINUX else _portable(pids)
    except (PermissionError, psutil.AccessDenied, NotImplementedError, AttributeError):
        return None


def _linux(pids: Iterable[int]) -> Memory | None:
    anon = kernel = mapped = threads = proportional = 0
    alive: list[int] = []
    for pid in pids:
        rollup, status = _kilobytes(f"/proc/{pid}/smaps_rollup"), _kilobytes(f"/proc/{pid}/status")
        if "Rss" not in rollup or "Threads" not in status:  # gone, or a zombie
            continue
        if "Pss_Anon" not in rollup:  # kernels before 5.4
            return None
        anon += rollup["Pss_Anon"] * 1024
        proportional += rollup.get("Pss_Shmem", 0) * 1024
        mapped += rollup.get("Pss_File", 0) * 1024
        kernel += status.get("VmPTE", 0) * 1024 + status["Threads"] * KERNEL_STACK_BYTES
        threads += status["Threads"]
        alive.append(pid)
    if not alive:
        return None
    shmem, method = (_shared_bytes(alive), _LINUX_METHOD) if proportional else (0, _LINUX_METHOD)
    if shmem is None:
        shmem, method = proportional, "Pss_Anon + Pss_Shmem + kernel stacks + page tables"
    return Memory(anon + shmem + kernel, anon, shmem, kernel, mapped, len(alive), threads, method)


def _kilobytes(path: str) -> dict[str, int]:
    """The numeric fields of a /proc file of the form ``Name:  123 kB``; empty for a process that is gone."""
    try:
        lines = Path(path).read_text().splitlines()
    except PermissionError:
        raise
    except OSError:
        return {}
    fields = {}
    for line in lines:
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            fields[name] = int(words[0])
    return fields


class _Mapping(NamedTuple):
    """A stretch of shared memory in one process: where it lies there, and which pages of which object it is."""

    low: int
    pages: int
    source: tuple[str, str]
    first_page: int


def _shared_bytes(pids: Iterable[int]) -> int | None:
    """Bytes of shared memory that any of these processes holds, each page once whoever maps it, in or out of the tree.

    Its proportional share would depend on who else maps it: the same 200 MB read 200, 100, 67 as contestants open.
    None where a mapping is too large to be read page by page.
    """
    spans: dict[tuple[str, str], list[tuple[int, _Present]]] = {}
    for pid in pids:
        try:
            with Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pagemap:
                for mapping in _mappings(pid):
                    if mapping.pages > _MOST_PAGES:
                        return None
                    raw = os.pread(pagemap.fileno(), mapping.pages * 8, mapping.low // _PAGE * 8)
                    present = (np.frombuffer(raw, dtype=np.uint64) & _PRESENT_AND_SHARED) == _PRESENT_AND_SHARED
                    spans.setdefault(mapping.source, []).append((mapping.first_page, present))
        except PermissionError:
            raise
        except (OSError, ValueError):
            continue
    return sum(_union(parts) for parts in spans.values()) * _PAGE


def _union(parts: list[tuple[int, _Present]]) -> int:
    """Pages of one object that are present in any of the stretches."""
    begin = min(first for first, _ in parts)
    end = max(first + present.size for first, present in parts)
    union = np.zeros(end - begin, dtype=np.bool_)
    for first, present in parts:
        union[first - begin : first - begin + present.size] |= present
    return int(union.sum())


def _mappings(pid: int) -> Iterator[_Mapping]:
    """A process's mappings of shared memory: tmpfs, memfd, anonymous shared mmap, System V."""
    devices = _shared_devices()
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, _mode, offset, device, inode, *_name = line.split(maxsplit=5)
        if inode == "0" or device not in devices:
            continue
        low, high = (int(number, 16) for number in span.split("-"))
        yield _Mapping(low, (high - low) // _PAGE, (device, inode), int(offset, 16) // _PAGE)


def _shared_devices() -> set[str]:
    """Devices, as ``maps`` writes them, whose files are memory."""
    found = {"00:01"}  # the kernel's own mount: memfd, System V, anonymous shared mappings
    try:
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return found
    for line in lines:
        left, _, right = line.partition(" - ")
        if right.split(" ", 1)[0] in {"tmpfs", "devtmpfs", "ramfs"}:
            major, _, minor = left.split()[2].partition(":")
            found.add(f"{int(major):02x}:{int(minor):02x}")
    return found


def _portable(pids: Iterable[int]) -> Memory | None:
    uss = processes = number = 0
    for pid in pids:
        try:
            process = psutil.Process(pid)
            uss += process.memory_full_info().uss
            number += process.num_threads()
        except psutil.NoSuchProcess:
            continue
        processes += 1
    if not processes:
        return None
    return Memory(uss, uss, 0, 0, 0, processes, number, "USS (this platform has no smaps_rollup)")
