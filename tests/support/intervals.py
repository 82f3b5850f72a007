"""What simulations ask of an interval."""

from __future__ import annotations

from bench.model import Estimate


def holds(estimate: Estimate, truth: float) -> bool:
    """Whether the truth lies in the interval; there must be one."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high
