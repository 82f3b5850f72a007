"""``python -m bench`` is the command ``bench``."""

import os
import sys

if __name__ == "__main__":
    try:
        if sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - nor pathlib.py
            del sys.path[0]  # ``-m`` puts the working directory first, and a json.py in it is not ours to import
    except OSError:  # it was deleted: nothing can be imported from it, and the command says so
        pass
    try:
        from bench.cli.main import main

        code = main()
    except KeyboardInterrupt:  # while this very line was importing
        code = 130
    sys.exit(code)
