"""``python -m bench`` is the command ``bench``."""

import os
import sys


def main() -> int:
    """The command. Once it has its exit code, no signal changes that."""
    code = 130
    try:
        from bench.process import interrupts

        with interrupts.until_the_end():
            from bench.cli.main import main as command

            code = command()
    except KeyboardInterrupt:  # while this very line was importing
        pass
    exec("")  # noqa: S102 - CPython ends by SIGINT, whatever the exit code, if the last exec of a string was interrupted
    return code


if __name__ == "__main__":
    try:
        if sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - nor pathlib.py
            del sys.path[0]  # ``-m`` puts the working directory first, and a json.py in it is not ours to import
    except OSError:  # it was deleted: nothing can be imported from it, and the command says so
        pass
    sys.exit(main())
