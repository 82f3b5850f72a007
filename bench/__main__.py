"""``python -m bench`` is the command ``bench``."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli.main import main

        code = main()
    except KeyboardInterrupt:  # while this very line was importing
        code = 130
    sys.exit(code)
