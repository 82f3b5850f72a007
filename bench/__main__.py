"""``python -m bench`` is the command ``bench``."""

import os
import sys

if __name__ == "__main__" and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - nor pathlib.py
    del sys.path[0]  # ``-m`` puts the working directory first, and a json.py in it is not ours to import

from bench.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
