"""What a fixture counted per op; shared by findings that compare it between runners and with what was asked."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.model import TrialResult

REQUESTS = "requests"
"""The one counter whose name is a promise: at least one per op. Where an op may need none, it has another name."""
CONNECTIONS = "connections"
IN_FLIGHT_MAX = "in_flight_max"
_MAXIMA = "_max"


def per_op(trials: Sequence[TrialResult]) -> dict[str, float]:
    """Counter -> its sum over the timed turns, per op of them; 0 for one that counted before them only.

    What it counts per connection is not work: connections are left out.
    """
    ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
    names = {
        name for trial in trials for counted in (trial.counters, *(t.counters for t in trial.turns)) for name in counted
    }
    return {
        name: sum(turn.counters.get(name, 0) for trial in trials for turn in trial.turns) / ops
        for name in sorted(names)
        if ops and name != CONNECTIONS and not name.endswith(_MAXIMA)
    }


def connections_per_op(trials: Sequence[TrialResult]) -> float:
    """Connections opened in timed turns, per op of them: opened again, since the first were opened before."""
    ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
    opened = sum(turn.counters.get(CONNECTIONS, 0) for trial in trials for turn in trial.turns)
    return opened / ops if ops else 0.0


def in_flight(trials: Sequence[TrialResult]) -> float | None:
    """The most requests in flight in a typical turn; None where they are not counted."""
    most = [
        turn.counters[IN_FLIGHT_MAX] for trial in trials for turn in trial.turns if turn.counters.get(IN_FLIGHT_MAX)
    ]
    return statistics.median(most) if most else None
