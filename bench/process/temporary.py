"""A place for temporary files where the system has none."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = ".tmp"


def provide(directory: Path) -> None:
    """If there is no other place, let us and all processes we start put temporary files below a directory of ours."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        place = directory.resolve() / FOLDER
        place.mkdir(exist_ok=True)
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        os.environ["TMPDIR"] = str(place)
        tempfile.tempdir = None  # asked again, and this time it finds the place
