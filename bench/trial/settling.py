"""What a young process has not done yet and a settled one has."""

from __future__ import annotations

LARGE_BYTES = 1 << 20


def settle() -> None:
    """Free a large block, as a program that has run for a while has done.

    Until then glibc takes every block of 128 KiB and more from the kernel and gives it back when it is freed; from then
    on blocks of up to that size come from the heap (mallopt(3), the dynamic M_MMAP_THRESHOLD). asyncio reads into 256
    KiB at a time. A server of it that had seen no connection end took 28 us for a message, and 10 once one had: so
    what was measured before decided what came after.
    """
    bytearray(LARGE_BYTES)
