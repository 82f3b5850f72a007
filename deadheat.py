"""The command ``deadheat``, also called ``bench``.

The package is called `bench`, as others are. This module's name is nobody else's, so it is where the command begins:
it takes the package that lies beside it, and says so where another one is, too.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

HOME = Path(__file__).absolute().parent
OURS = HOME / "bench" / "__init__.py"


def main() -> int:
    """Run the command with the arguments of this process."""
    other = importlib.util.find_spec("bench")
    sys.path.insert(0, str(HOME))
    try:
        package = importlib.import_module("bench")  # which imports nothing itself
    finally:
        sys.path.remove(str(HOME))
    if getattr(package, "DISTRIBUTION", "") != "deadheat":
        return _refuse(f"{OURS} belongs to another package called bench, installed over this one")
    if other is not None and other.origin != package.__file__:  # in an editable install it is not beside this module
        place = other.origin or "the search path"
        sys.stderr.write(f"note: another package called bench is at {place}; `python -m bench` is that one\n")
    code: int = importlib.import_module("bench.__main__").main()
    return code


def _refuse(reason: str) -> int:
    remedy = "install deadheat into an environment of its own: python -m venv, or pipx install deadheat"
    sys.stderr.write(f"error: {reason}; {remedy}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
