"""A stranger's workload whose client must go on between turns, and says so."""

from dataclasses import dataclass
from typing import ClassVar

from restless import Restless


@dataclass(frozen=True)
class Heartbeat(Restless):
    """As restless, and never frozen."""

    runs_while_parked: ClassVar[bool] = True
