"""Everything that can go wrong on the user's side, one class per kind; each message names the remedy."""


class BenchError(Exception):
    """Something the user can act on. Ends in one line and exit code 2, never in a traceback."""


class UsageError(BenchError):
    """A name, option or value that does not exist or does not fit."""


class WorkloadError(BenchError):
    """A workload module that cannot be loaded or does not keep the contract; names the file."""


class StoreError(BenchError):
    """A results directory that cannot be written, read, or continued; names the path."""


class TrialFailed(Exception):
    """One contestant is lost: its process died, hung, or could not set its workers up.

    This is data, not a user's mistake: the case is marked ``failed`` with this text and the run goes on.
    """


class CodeChanged(Exception):
    """A workload's modules are not those that were measured before. The workload fails, the run goes on."""


class FixtureFailed(Exception):
    """A fixture did not start or died; carries the fixture's own words. Its workload fails, the run goes on."""
